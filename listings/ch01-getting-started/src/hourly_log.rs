//! An access log that is cut into a file an hour.

/// The file of one `hour` with so many `lines`: hour, page, status, bytes.
///
/// # Examples
///
/// ```
/// use ch01_getting_started::hourly_log::write_hour;
///
/// let file = write_hour(7, 2);
/// assert_eq!(file, "7 /page/92 200 514\n7 /page/57 200 545\n");
/// ```
pub fn write_hour(hour: usize, lines: usize) -> String {
    (hour * lines..(hour + 1) * lines)
        .map(|i| {
            let status = if i * 7919 % 100 < 5 { 404 } else { 200 };
            let (page, bytes) = (i * 7919 % 97, 80 + i * 31 % 977);
            format!("{hour} /page/{page} {status} {bytes}\n")
        })
        .collect()
}

/// What was found in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// How many lines it has.
    pub lines: usize,
    /// How many of them say that the page was missing.
    pub missing: usize,
}

/// Reads every line of a file that [`write_hour`] made.
///
/// # Panics
///
/// A line has no status.
///
/// # Examples
///
/// ```
/// use ch01_getting_started::hourly_log::{Hour, parse_hour, write_hour};
///
/// let hour = parse_hour(&write_hour(0, 100));
/// assert_eq!(hour, Hour { lines: 100, missing: 5 });
/// ```
pub fn parse_hour(file: &str) -> Hour {
    let mut hour = Hour {
        lines: 0,
        missing: 0,
    };
    for line in file.lines() {
        let status = line.split(' ').nth(2).and_then(|s| s.parse().ok());
        let status: u16 = status.expect("every line has a status");
        hour.lines += 1;
        hour.missing += usize::from(status == 404);
    }
    hour
}
