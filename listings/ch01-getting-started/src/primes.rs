//! The chapter's job that computes: counting primes, by trial division.

use std::ops::Range;

/// Is `n` a prime number?
///
/// # Examples
///
/// ```
/// use ch01_getting_started::primes::is_prime;
///
/// assert!(is_prime(97));
/// assert!(!is_prime(91));
/// assert!(is_prime(4_294_967_291));
/// ```
pub fn is_prime(n: u32) -> bool {
    n >= 2
        && (2..)
            .take_while(|d| *d <= n / d)
            .all(|d| !n.is_multiple_of(d))
}

/// How many primes are there in `numbers`?
///
/// # Examples
///
/// ```
/// use ch01_getting_started::primes::count_primes;
///
/// assert_eq!(count_primes(0..100), 25);
/// ```
pub fn count_primes(numbers: Range<u32>) -> usize {
    numbers.filter(|&n| is_prime(n)).count()
}
