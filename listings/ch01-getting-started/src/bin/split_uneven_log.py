"""Two workers share a log that grows: in halves, or an hour to each in turn."""

from multiprocessing import get_context

HOURS = 200


def write_hour(hour: int, lines: int) -> str:
    return "".join(
        f"{hour} /page/{i * 7919 % 97} {404 if i * 7919 % 100 < 5 else 200}"
        f" {80 + i * 31 % 977}\n"
        for i in range(hour * lines, (hour + 1) * lines)
    )


def parse_hour(file: str) -> tuple[int, int]:
    statuses = [int(line.split(" ")[2]) for line in file.splitlines()]
    return len(statuses), statuses.count(404)


def read(share: list[str]) -> int:
    return sum(parse_hour(file)[0] for file in share)


def parse(shares: list[list[str]]) -> list[int]:
    """Each worker reads its share; how many lines did each of them parse?"""
    with get_context("fork").Pool(2) as pool:
        return pool.map(read, shares, chunksize=1)


def print_shares(split: str, lines: list[int]) -> None:
    steps = sum(lines) + HOURS
    in_a_row = max(lines) + HOURS
    print(f"{split:<10}{lines}: {steps} steps, {in_a_row} in a row")
    print(f"{'':<10}speed-up {steps / in_a_row:.2f}")


def main() -> None:
    lines = [1 + hour * 36 // (HOURS - 1) for hour in range(HOURS)]
    files = [write_hour(hour, lines[hour]) for hour in range(HOURS)]
    print_shares("halves", parse([files[: HOURS // 2], files[HOURS // 2 :]]))
    print_shares("in turn", parse([files[0::2], files[1::2]]))


if __name__ == "__main__":
    main()
