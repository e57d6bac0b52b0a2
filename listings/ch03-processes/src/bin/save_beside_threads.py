"""A thread saves the table as it is now, while another one is changing it."""

from threading import Barrier, Thread

table = (7,) * 1000
barrier = Barrier(2)


def change() -> None:
    global table
    # Only this thread changes the table, in a copy of its own.
    following = list(table)
    following[:500] = [8] * 500
    barrier.wait()
    # The snapshot comes between these two.
    barrier.wait()
    following[500:] = [8] * 500
    table = tuple(following)


def save() -> None:
    barrier.wait()
    snapshot = table
    barrier.wait()
    print(f"saver: saves {sum(snapshot)}")


def main() -> None:
    threads = [Thread(target=change), Thread(target=save)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"the table is at {sum(table)}")


if __name__ == "__main__":
    main()
