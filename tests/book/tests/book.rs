//! The book's pages, links and pictures.

use book_test::{links, pages, rendered};
use std::fs;
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

/// `.ci/tested-with` writes the file.
#[test]
fn the_first_page_names_the_pinned_versions() {
    let read = |file: &str| fs::read_to_string(root().join(file)).expect(file);
    let toolchain = read("rust-toolchain.toml");
    let rustc = toolchain.split('"').nth(1).expect("a channel");
    let lock = read("Cargo.lock");
    let (_, mdbook) = lock
        .split_once("name = \"mdbook-driver\"\nversion = \"")
        .expect("a version");
    let mdbook = mdbook.split('"').next().expect("its end");
    let tested = read("src/tested-with.txt");
    for line in [format!("rustc {rustc}"), format!("mdBook {mdbook}")] {
        assert!(
            tested.lines().any(|l| l == line),
            "src/tested-with.txt has no line `{line}`: run .ci/tested-with"
        );
    }
}
