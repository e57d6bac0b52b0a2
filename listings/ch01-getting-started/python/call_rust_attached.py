#@ needs: gil_primes
#@ hangs: 1s
#@ repair: call_rust
"""Rust workers wait for the GIL, and its holder waits for the workers."""

import gil_primes


def main() -> None:
    parts: list[int] = []
    print("counting", flush=True)
    gil_primes.count_on_pool_attached(1_000_000, 1_400_000, parts.append)
    print(f"reported: {len(parts)} parts, {sum(parts)} primes")


if __name__ == "__main__":
    main()
