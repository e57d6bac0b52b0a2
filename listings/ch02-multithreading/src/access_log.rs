//! The log of a web server, made from a seed.

/// A log of so many `lines`, in the Common Log Format.
///
/// Of 100 lines about 90 say that a page was sent (200), 4 that the visitor
/// had it already (304), 5 that there is none (404), and 1 that the server
/// failed (500). The numbers come from the linear congruential generator of
/// *Numerical Recipes*, which takes one line in any language.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::access_log::write_log;
///
/// let log = write_log(7, 2);
/// assert_eq!(
///     log.lines().next(),
///     Some(
///         "203.0.113.155 - - [23/Nov/2026:10:00:00 +0000] \
///          \"GET /photo/66 HTTP/1.1\" 200 6750"
///     )
/// );
/// assert_eq!(log.lines().count(), 2);
/// ```
pub fn write_log(seed: u32, lines: usize) -> String {
    let mut state = seed;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // The low bits of such a generator repeat soon.
        (state >> 16) % below
    };
    (0..lines)
        .map(|i| {
            let (minute, second) = (i / 60 % 60, i % 60);
            let (host, photo) = (draw(254) + 1, draw(100));
            let status = match draw(100) {
                0 => 500,
                1..=5 => 404,
                6..=9 => 304,
                _ => 200,
            };
            let bytes = draw(9000);
            format!(
                "203.0.113.{host} - - [23/Nov/2026:10:{minute:02}:{second:02} \
                 +0000] \"GET /photo/{photo} HTTP/1.1\" {status} {bytes}\n"
            )
        })
        .collect()
}

/// The status in a line of the log.
///
/// # Panics
///
/// The line has none.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::access_log::{status, write_log};
///
/// let log = write_log(7, 100);
/// assert_eq!(log.lines().filter(|line| status(line) == "404").count(), 5);
/// ```
#[track_caller]
pub fn status(line: &str) -> &str {
    let Some(found) = line.split(' ').nth(8) else {
        panic!("no status in {line:?}");
    };
    found
}
