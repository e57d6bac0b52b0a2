//! The links of the pages, checked by mdbook-linkcheck.

use codespan::Files;
use linkcheck::validation::Cache;
use mdbook_driver::MDBook;
use mdbook_linkcheck::{Config, extract_links, load_files_into_memory, validate};
use std::error::Error;
use std::path::Path;

/// Checks the links of the book in `root`; those to other hosts only if
/// `outside`, since that asks them.
///
/// # Errors
///
/// The book cannot be read, or the checker fails.
pub fn faults(root: &Path, outside: bool) -> Result<Vec<String>, String> {
    let book = MDBook::load(root).map_err(|error| format!("book.toml: {error:#}"))?;
    let config = Config {
        follow_web_links: outside,
        ..Config::default()
    };
    let mut files = Files::new();
    let (_, ids) = load_files_into_memory(&book.book, &mut files, |_| true);
    let (links, incomplete) = extract_links(&config, ids.clone(), &files);
    let source = book
        .source_dir()
        .canonicalize()
        .map_err(|e| e.to_string())?;
    let mut cache = Cache::default();
    let outcome = validate(
        &links, &config, &source, &mut cache, &files, &ids, &ids, incomplete,
    )
    .map_err(|error| format!("mdbook-linkcheck: {error:#}"))?;
    let place = |file, offset| {
        let line = files
            .location(file, offset)
            .map_or(0, |l| l.line.number().to_usize());
        format!("src/{}:{line}", files.name(file).to_string_lossy())
    };
    let mut faults = Vec::new();
    for invalid in &outcome.invalid_links {
        let link = &invalid.link;
        faults.push(format!(
            "{}: the link `{}` is broken: {}{}",
            place(link.file, link.span.start()),
            link.href,
            invalid.reason,
            invalid
                .reason
                .source()
                .map_or(String::new(), |cause| format!(": {cause}")),
        ));
    }
    for link in &outcome.incomplete_links {
        faults.push(format!(
            "{}: `[{}]` names no link: define it below",
            place(link.file, link.span.start()),
            link.reference
        ));
    }
    Ok(faults)
}
