//! Makes a check many times: what passes by luck does not pass a hundred
//! times.

use std::env;

/// How often each check is to be made: `REPEAT`, or once.
///
/// # Errors
///
/// `REPEAT` is no number, or zero.
pub fn times() -> Result<u32, String> {
    let Some(text) = env::var_os("REPEAT") else {
        return Ok(1);
    };
    match text.to_str().and_then(|n| n.parse().ok()) {
        Some(times @ 1..) => Ok(times),
        _ => Err(format!("REPEAT={} is no number of times", text.display())),
    }
}

/// Makes `check` so many times, and stops at its first error.
///
/// # Errors
///
/// That of the check, with the number of the run if it is made repeatedly.
pub fn repeated(times: u32, check: impl Fn(u32) -> Result<(), String>) -> Result<(), String> {
    (1..=times).try_for_each(|run| {
        check(run).map_err(|message| match times {
            1 => message,
            _ => format!("run {run} of {times}: {message}"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_at_the_first_error() {
        let third = |run| if run < 3 { Ok(()) } else { Err("late".into()) };
        assert_eq!(repeated(2, third), Ok(()));
        assert_eq!(repeated(9, third), Err("run 3 of 9: late".into()));
        assert_eq!(repeated(1, |_| Err("so".into())), Err("so".into()));
    }
}
