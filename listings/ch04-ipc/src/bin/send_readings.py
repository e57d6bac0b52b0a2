"""A sensor's process sends readings to this one through a queue."""

from multiprocessing import get_context
from multiprocessing.queues import Queue

READINGS = 10_000

Reading = tuple[int, ...]


def measure(n: int) -> Reading:
    channels = ((n + 1) * (channel + 3) % 1000 for channel in range(5))
    return (n, 5 * n, *channels)


def send(readings: "Queue[Reading | None]") -> None:
    for n in range(READINGS):
        readings.put(measure(n))
    readings.put(None)


def main() -> None:
    fork = get_context("fork")
    readings: "Queue[Reading | None]" = fork.Queue(1024)
    sensor = fork.Process(target=send, args=(readings,))
    sensor.start()
    expected = total = 0
    while (reading := readings.get()) is not None:
        assert reading[0] == expected, "none is lost, none comes twice"
        expected += 1
        total += sum(reading[2:])
    print(f"{expected} readings, sum {total}")
    sensor.join()
    print(f"sensor: exit status: {sensor.exitcode}")


if __name__ == "__main__":
    main()
