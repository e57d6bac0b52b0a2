#@ differs: a worker has the global's first value, and says nothing
"""The function for the worker uses a global that `main` has changed."""

from multiprocessing import get_context

wanted = 200


def count(statuses: list[int]) -> None:
    print(f"{statuses.count(wanted)} of status {wanted}")


def main() -> None:
    global wanted
    wanted = 404
    spawn = get_context("spawn")
    worker = spawn.Process(target=count, args=([200, 404, 404],))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
