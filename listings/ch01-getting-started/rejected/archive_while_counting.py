#@ differs: nothing keeps the list in place while the thread goes through it
#@ loses: 2
"""The log is emptied while a thread still counts in it."""

from threading import Event, Thread

counting = Event()
archived = Event()
missing = 0


def count(log: list[int]) -> None:
    global missing
    for status in log:
        counting.set()
        archived.wait()
        if status == 404:
            missing += 1


def archive(log: list[int]) -> None:
    print(f"archived {len(log)} lines")
    log.clear()


def main() -> None:
    log = [200, 404, 200, 500, 404]
    counter = Thread(target=count, args=(log,))
    counter.start()
    counting.wait()
    archive(log)
    archived.set()
    counter.join()
    print(f"404: {missing} lines")


if __name__ == "__main__":
    main()
