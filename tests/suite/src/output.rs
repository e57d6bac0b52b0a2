//! Compares what a program printed with the file beside it.

use crate::listing::Listing;
use regex::Regex;
use snapbox::assert::Assert;
use snapbox::{Data, IntoData};
use std::fs;
use std::sync::LazyLock;

/// What varies from run to run: numbers marked with `~`, with the spaces
/// that align them; addresses; the thread id in a panic's message.
static VARYING: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
    [
        (r" *~-?[0-9]+([.,_][0-9]+)*", " ~NUMBER"),
        (r"0x[0-9a-f]{6,}", "0xADDRESS"),
        (
            r"(?m)^(thread '[^']*') \([0-9]+\) panicked",
            "$1 (ID) panicked",
        ),
    ]
    .map(|(pattern, name)| (Regex::new(pattern).expect("it parses"), name))
});

/// The text with everything that varies replaced by its name.
pub fn normalized(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, name) in VARYING.iter() {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}

/// Does the environment ask for outputs to be written anew? Never under CI.
pub fn overwrites() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite") && std::env::var_os("CI").is_none()
}

/// Holds `got` against the listing's `stream` file (`stdout` or `stderr`). If
/// it `may_write` and the environment asks for it ([`overwrites`]), a file
/// that differs is written anew.
///
/// # Errors
///
/// The file is missing, differs, or has nothing left to compare.
pub fn compare(
    listing: &Listing,
    stream: &str,
    got: &str,
    unordered: bool,
    may_write: bool,
) -> Result<(), String> {
    let file = listing.output_file(stream);
    let bare = normalized(got).replace("~NUMBER", "");
    if !bare.contains(|c: char| c.is_alphanumeric()) {
        return Err(format!(
            "{}: {stream} has nothing that can be compared (it is empty, or \
             every number is marked with `~`); print what the page is about",
            listing.source.display()
        ));
    }
    let overwrite = may_write && overwrites();
    let how = "run SNAPSHOTS=overwrite cargo test --test listings";
    let result = match fs::read_to_string(&file) {
        Err(error) => Err(format!(
            "{}: {error}; to make it, {how} {}, and look at it",
            file.display(),
            listing.name
        )),
        Ok(want) => {
            let want = normalized(&want).into_data();
            let want: Data = if unordered { want.unordered() } else { want };
            Assert::new()
                .action(snapbox::assert::Action::Verify)
                .palette(snapbox::report::Palette::plain())
                .try_eq(Some(&file.display()), normalized(got).into_data(), want)
                .map_err(|difference| {
                    format!(
                        "{}: the program prints something else.\n{difference}\
                         If that is right, {how} {}, and look at the diff",
                        file.display(),
                        listing.name
                    )
                })
        }
    };
    if result.is_err() && overwrite {
        return fs::write(&file, got).map_err(|e| format!("{}: {e}", file.display()));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn only_what_is_marked_varies() {
        assert_eq!(normalized("took  ~4.02 s"), normalized("took ~11.5 s"));
        assert_ne!(normalized("took 4.02 s"), normalized("took 4.03 s"));
        assert_ne!(normalized("~4 cats"), normalized("~4 dogs"));
        assert_eq!(normalized("at 0x7f00aa"), normalized("at 0x55ffbb1"));
        assert_eq!(
            normalized("thread 'main' (71) panicked at a.rs:3:5:"),
            normalized("thread 'main' (80312) panicked at a.rs:3:5:"),
        );
    }
}
