//! The log of a web server, the same one every time.

/// A log of so many `lines`, in the Common Log Format.
///
/// Of each 100 lines, 90 say that a page was sent (200), 4 that the visitor
/// had it already (304), 5 that there is none (404), and 1 that the server
/// failed (500).
///
/// # Examples
///
/// ```
/// use ch02_multithreading::access_log::write_log;
///
/// let log = write_log(2);
/// assert_eq!(
///     log.lines().next(),
///     Some(
///         "203.0.113.1 - - [23/Nov/2026:10:00:00 +0000] \
///          \"GET /photo/0 HTTP/1.1\" 500 512"
///     )
/// );
/// assert_eq!(log.lines().count(), 2);
/// ```
pub fn write_log(lines: usize) -> String {
    (0..lines)
        .map(|i| {
            let (host, photo) = (i % 254 + 1, i * 7 % 100);
            // 37 and 100 have no common divisor: i * 37 % 100 takes all of
            // its values once in 100 lines, and not in order.
            let status = match i * 37 % 100 {
                0 => 500,
                1..=5 => 404,
                6..=9 => 304,
                _ => 200,
            };
            format!(
                "203.0.113.{host} - - [23/Nov/2026:10:00:00 +0000] \
                 \"GET /photo/{photo} HTTP/1.1\" {status} 512\n"
            )
        })
        .collect()
}

// ANCHOR: status_of
/// The status in a line of the log, as a part of that line.
///
/// # Panics
///
/// The line has none.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::access_log::{status_of, write_log};
///
/// let log = write_log(100);
/// let missing = log.lines().filter(|line| status_of(line) == "404");
/// assert_eq!(missing.count(), 5);
/// ```
#[track_caller]
pub fn status_of(line: &str) -> &str {
    let Some(status) = line.split(' ').nth(8) else {
        panic!("no status in {line:?}");
    };
    status
}
// ANCHOR_END: status_of
