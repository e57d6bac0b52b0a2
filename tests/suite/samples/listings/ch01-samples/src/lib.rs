//! A library that the samples can name.

/// A number that a program prints.
///
/// ```
/// assert_eq!(ch01_samples::answer(), 42);
/// ```
pub fn answer() -> u32 {
    42
}
