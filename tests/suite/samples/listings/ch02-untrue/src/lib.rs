//! A library whose example and whose test are wrong.

/// A number.
///
/// ```
/// assert_eq!(ch02_untrue::answer(), 43);
/// ```
pub fn answer() -> u32 {
    42
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers() {
        assert_eq!(super::answer(), 43);
    }
}
