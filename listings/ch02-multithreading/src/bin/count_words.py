"""Counts words with processes: a total, the most frequent ones, a histogram."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "tu"]


def write_lines(lines: int) -> list[str]:
    """Lines of one to eight words, each of four syllables."""

    def word(n: int) -> str:
        digits = [n // 1000, n // 100, n // 10, n]
        return "".join(SYLLABLES[n % 10] for n in digits)

    return [
        " ".join(word(i * i + 97 * i * j * j) for j in range(i % 5 + i % 4 + 1))
        for i in range(lines)
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
    lines = write_lines(8000)
    chunks = [lines[i : i + 500] for i in range(0, len(lines), 500)]
    words: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    fork = get_context("fork")
    with ProcessPoolExecutor(max_workers=2, mp_context=fork) as pool:
        for some_words, some_lengths in pool.map(count, chunks):
            words.update(some_words)
            lengths.update(some_lengths)

    print(f"{words.total()} words in {len(lines)} lines")
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    print(f"{len(ranked)} different ones")
    for word, n in ranked[:3]:
        print(f"{word}: {n}")
    print(f"lines of 1 to 8 words: {[lengths[n] for n in range(1, 9)]}")


if __name__ == "__main__":
    main()
