"""A sender whose receiver does not read: `send` waits, for ever."""

from multiprocessing import get_context


def main() -> None:
    shrinker, photos = get_context("fork").Pipe(duplex=False)
    print("sending 10000 photos", flush=True)
    for i in range(10_000):
        photos.send(f"beach/{i:04}.jpg")
    print("all are sent")
    print(f"the first is {shrinker.recv()}")


if __name__ == "__main__":
    main()
