"""Counts words with processes: a total, the most frequent ones, a histogram."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

WORDS = ["lock", "thread", "wait", "wake", "join"]


def write_lines() -> list[str]:
    """Lines of one to eight words."""

    def word(i: int, j: int) -> str:
        return WORDS[(i * i + 3 * j * j) % 11 % 5]

    return [
        " ".join(word(i, j) for j in range(i % 5 + i % 4 + 1))
        for i in range(2000)
    ]


def count(chunk: list[str]) -> tuple[Counter[str], Counter[int]]:
    words: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    for line in chunk:
        found = line.split(" ")
        words.update(found)
        lengths[len(found)] += 1
    return words, lengths


def main() -> None:
    lines = write_lines()
    chunks = [lines[i : i + 500] for i in range(0, len(lines), 500)]
    words: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    fork = get_context("fork")
    with ProcessPoolExecutor(max_workers=2, mp_context=fork) as pool:
        for some_words, some_lengths in pool.map(count, chunks):
            words += some_words
            lengths += some_lengths

    print(f"{words.total()} words in {len(lines)} lines")
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    most = ", ".join(f'("{word}", {n})' for word, n in ranked[:2])
    print(f"most frequent: [{most}]")
    print(f"lines of 1 to 8 words: {[lengths[n] for n in range(1, 9)]}")


if __name__ == "__main__":
    main()
