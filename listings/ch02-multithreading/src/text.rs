//! A text of made-up words.

const SYLLABLES: [&str; 10] =
    ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "tu"];

/// So many lines of one to eight words, a space between two of them. Each word
/// has four of ten syllables, so there are at most 10,000 different ones.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::text::write_lines;
///
/// let lines = write_lines(2);
/// assert_eq!(lines, ["babababa", "bababade babatupo bagopotu"]);
/// ```
pub fn write_lines(lines: usize) -> Vec<String> {
    let word = |n: usize| {
        let digits = [n / 1000, n / 100, n / 10, n];
        digits.map(|n| SYLLABLES[n % 10]).concat()
    };
    let line = |i: usize| {
        let words = (0..=i % 5 + i % 4).map(|j| word(i * i + 97 * i * j * j));
        words.collect::<Vec<_>>().join(" ")
    };
    (0..lines).map(line).collect()
}
