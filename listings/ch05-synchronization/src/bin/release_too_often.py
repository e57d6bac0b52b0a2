"""A licence is given back twice. A Semaphore then has five; one with a bound
refuses."""

from multiprocessing import get_context


def main() -> None:
    fork = get_context("fork")
    unbounded = fork.Semaphore(4)
    unbounded.acquire()
    unbounded.release()
    unbounded.release()
    print(f"without a bound: {unbounded.get_value()} licences")

    licences = fork.BoundedSemaphore(4)
    licences.acquire()
    licences.release()
    try:
        licences.release()
        print("given back twice")
    except ValueError:
        print(f"refused: {licences.get_value()} licences")


if __name__ == "__main__":
    main()
