//! Programs that the compiler must refuse, for the stated reason.

use crate::build::Built;
use crate::listing::Listing;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A line of a file, and the code of the error that is reported there.
type Marks = BTreeSet<(usize, String)>;

/// Compiles a rejected listing with the crates of its own chapter, and holds
/// the errors against its `error` directives and its `//~ CODE` marks.
///
/// # Errors
///
/// It compiles, is refused for another reason or at another line, or is not
/// formatted; the message says which.
pub fn check(listing: &Listing, built: &Built) -> Result<(), String> {
    let demand = listing.demand()?;
    let text = fs::read_to_string(&listing.source).map_err(|e| e.to_string())?;
    let source = listing.source.display();
    let marks: Marks = text
        .lines()
        .enumerate()
        .filter_map(|(i, line)| {
            let (_, mark) = line.split_once("//~")?;
            // `//~^ CODE` marks the line above, as in the compiler's tests.
            let code = mark.trim_start_matches('^');
            Some((i + 1 - (mark.len() - code.len()), code.trim().to_owned()))
        })
        .collect();
    let codes = |marks: &Marks| -> BTreeSet<String> {
        marks.iter().map(|(_, code)| code.clone()).collect()
    };
    let promised: BTreeSet<String> = demand.errors.iter().cloned().collect();
    if codes(&marks) != promised {
        return Err(format!(
            "{source}: it promises {promised:?}, but its lines are marked \
             {:?}: put `//~ CODE` on each line that is refused",
            codes(&marks)
        ));
    }
    let (seen, stderr) = compile(listing, built, &listing.source, &text)?;
    if seen.is_empty() {
        return Err(format!(
            "{source}: demanded: refused with {promised:?}; seen: it \
             compiles.\nIf the compiler has learned to accept it, it is a \
             program: move it to src/bin and change the page"
        ));
    }
    if seen != marks {
        return Err(format!(
            "{source}: demanded (line, code): {marks:?}; seen: {seen:?}.\n\
             Mend the listing, or its directives, and the page.\n{stderr}"
        ));
    }
    formatted(&listing.source)
}

/// Compiles the repair in the very same way; it must pass.
///
/// # Errors
///
/// The compiler refuses the repair as well.
pub fn check_repair(listing: &Listing, repair: &Path, built: &Built) -> Result<(), String> {
    let text = fs::read_to_string(repair).map_err(|e| e.to_string())?;
    let (seen, stderr) = compile(listing, built, repair, &text)?;
    if seen.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}: its repair {} is refused as well: {seen:?}\n{stderr}",
        listing.source.display(),
        repair.display()
    ))
}

/// The errors of one file, which holds `text`: their lines and codes, and
/// what the compiler says.
fn compile(
    listing: &Listing,
    built: &Built,
    source: &Path,
    text: &str,
) -> Result<(Marks, String), String> {
    // What is for an extension has no `main`.
    let kind = match text.contains("fn main(") {
        true => "bin",
        false => "lib",
    };
    let out = tempfile::tempdir().map_err(|e| e.to_string())?;
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let mut command = Command::new(rustc);
    command
        .args(["--edition=2024", "--emit=metadata", "--error-format=json"])
        .args(["--crate-type", kind])
        .arg("--out-dir")
        .arg(out.path());
    for dir in built.search_paths() {
        command
            .arg("-L")
            .arg(format!("dependency={}", dir.display()));
    }
    for (name, file) in built.externs(&package(listing)) {
        command
            .arg("--extern")
            .arg(format!("{name}={}", file.display()));
    }
    command.arg(source);
    let output = command.output().map_err(|e| format!("rustc: {e}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut marks = Marks::new();
    let mut said = String::new();
    for line in stderr.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            said += line;
            continue;
        };
        if message["level"] != "error" {
            continue;
        }
        said += message["rendered"].as_str().unwrap_or_default();
        // The closing summary has no code.
        let Some(code) = message["code"]["code"].as_str() else {
            continue;
        };
        let spans = message["spans"].as_array().into_iter().flatten();
        for span in spans.filter(|span| span["is_primary"] == true) {
            let line = span["line_start"].as_u64().unwrap_or_default();
            marks.insert((line as usize, code.to_owned()));
        }
    }
    if !output.status.success() && marks.is_empty() {
        return Err(format!(
            "{}: refused without an error code:\n{said}",
            source.display()
        ));
    }
    Ok((marks, said))
}

/// The cargo package that a listing belongs to.
fn package(listing: &Listing) -> String {
    listing.chapter.name.replace('/', "-")
}

/// `cargo fmt` does not see these files.
fn formatted(source: &Path) -> Result<(), String> {
    let output = Command::new("rustfmt")
        .args(["--check", "--edition=2024", "--color=never"])
        .arg(source)
        .output()
        .map_err(|e| format!("rustfmt: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{0}: not formatted: run rustfmt --edition 2024 {0}\n{1}",
            source.display(),
            String::from_utf8_lossy(&output.stdout)
        )),
    }
}
