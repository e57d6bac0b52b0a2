//! The book's pages, links and pictures.

use book_test::{links, pages, rendered};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("this package lies in the book")
}

fn none(faults: Vec<String>) {
    let faults = faults.join("\n");
    let faults = faults.replace(&format!("{}/", root().display()), "");
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn pages_include_every_listing_once_and_have_their_shape() {
    none(pages::faults(&root()));
}

#[test]
fn pages_render_without_a_warning_a_hole_or_a_dead_fragment() {
    let out = tempfile::tempdir().expect("a temporary directory");
    let out = out.path().canonicalize().expect("it exists");
    none(rendered::faults(&root(), &out).expect("it renders"));
}

/// With `OUTSIDE_LINKS=1` other hosts are asked as well.
#[test]
fn links_lead_somewhere() {
    let outside = std::env::var_os("OUTSIDE_LINKS").is_some();
    none(links::faults(&root(), outside).expect("it can be checked"));
}
