"""The bell rings before anybody listens, and nobody remembers it."""

from threading import Condition, Thread


def answer(loaded: Condition) -> None:
    with loaded:
        loaded.wait()
    print("answered")


def main() -> None:
    loaded = Condition()
    with loaded:
        loaded.notify_all()
    print("loaded", flush=True)
    thread = Thread(target=answer, args=(loaded,))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
