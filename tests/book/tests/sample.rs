//! The tests of the checks: a small book that passes, and what each check
//! says when one thing in it is broken.

use book_test::{links, pages, rendered};
use std::fs;
use std::path::{Path, PathBuf};
use suite::layout;
use suite::listing::{chapters, entries, file_name, find};
use tempfile::TempDir;

/// A copy of the sample, to be changed.
struct Sample {
    _keep: TempDir,
    root: PathBuf,
}

impl Sample {
    fn new() -> Sample {
        let keep = tempfile::tempdir().expect("a temporary directory");
        let root = keep.path().canonicalize().expect("it exists");
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
        copy(&sample, &root);
        let sample = Sample { _keep: keep, root };
        sample.edit(PAGE, "WORDS", &"word ".repeat(600));
        sample
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(from), "{file} has no {from:?} to change");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    fn faults(&self, check: &str) -> String {
        let out = self.root.join("out");
        let faults = match check {
            "pages" => pages::faults(&self.root),
            "rendered" => rendered::faults(&self.root, &out).expect("it renders"),
            "links" => links::faults(&self.root, false).expect("it is checked"),
            _ => {
                let chapters = chapters(&self.root);
                let found = find(&chapters);
                let result = layout::check(&self.root, &chapters, &found);
                result.err().into_iter().collect()
            }
        };
        faults
            .join("\n")
            .replace(&format!("{}/", self.root.display()), "")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it can be made");
    for entry in entries(from) {
        let target = to.join(file_name(&entry));
        match entry.is_dir() {
            true => copy(&entry, &target),
            false => drop(fs::copy(&entry, target).expect("it can be copied")),
        }
    }
}

const PAGE: &str = "src/ch01-greetings/hello.md";
const SVG: &str = "src/ch01-greetings/figures/hello.svg";
const PROGRAM: &str = "listings/ch01-greetings/src/bin/say_hello.rs";
const MANIFEST: &str = "listings/ch01-greetings/Cargo.toml";

#[test]
fn the_sample_passes() {
    for check in ["pages", "rendered", "links", "layout"] {
        assert_eq!(Sample::new().faults(check), "", "{check}");
    }
}

/// Each row: the check, the file, what is replaced in it by what, and a part
/// of the fault. Where nothing is replaced the file is new.
#[test]
fn every_fault_is_found() {
    let outside = "listings/ch01-greetings/src/bin";
    let other = "listings/ch02-others/src/bin/wave_back.rs";
    #[rustfmt::skip]
    let rows: &[[&str; 5]] = &[
        ["pages", &format!("{outside}/wave_twice.rs"), "", "//! W.\n", "wave_twice.rs: it stands on 0 pages"],
        ["pages", "src/introduction.md", "See", "```rust,listing=say_hello\n{{#include ../listings/ch01-greetings/src/bin/say_hello.rs}}\n```\n", "say_hello.rs: it stands on 2 pages"],
        ["pages", PAGE, "## Try", "```rust\nfn main() {}\n```\n\n## Try", "hello.md:31: rust typed into the page"],
        ["pages", PAGE, "## Try", "```python\nprint()\n```\n\n## Try", "python typed into the page"],
        ["pages", PAGE, "## Try", "Text:\n\n    fn main() {}\n\n## Try", "an indented code block"],
        ["pages", PAGE, "bin/say_hello.rs}}", "bin/say_hello.rs}}\n// more", "is one line"],
        ["pages", PAGE, "listing=greeting", "listing=greetings", "name and file are to be the same"],
        ["pages", PAGE, ",from=rejected", "", "say `from=rejected`"],
        ["pages", PAGE, "listing=say_hello", "listing=say_hello,from=src", "say `from=src/bin`"],
        ["pages", PAGE, "rust,ignore,", "rust,", "`rust,ignore` is for rejected"],
        ["pages", PAGE, "rust,listing=say_hello", "rust,ignore,listing=say_hello", "`rust,ignore` is for rejected"],
        ["pages", PAGE, "say_hello.rs}}", "say_hello.rs:part}}", "shown whole: drop `:part`"],
        ["pages", PAGE, "python,listing=say_hello", "text", "is to follow ```python,listing=say_hello"],
        ["pages", PAGE, "text,listing=say_hello", "text", "is to follow ```text,listing=say_hello"],
        ["pages", PAGE, "rejected/say_moved.rs", "rejected/say_mov3d.rs", "name and file are to be the same"],
        ["pages", PAGE, "src/greeting.rs:text", "src/greeted/greeting.rs", "does not exist"],
        ["pages", "listings/ch01-greetings/rejected/say_moved.rs", "repair: say_hello", "repair: wave_back", "say_moved is repaired by wave_back, which is not on this page"],
        ["pages", PAGE, "# Say hello", "# Say hello\n\n# Again", "2 headings of level 1"],
        ["pages", PAGE, &"word ".repeat(50), "", "words: a recipe has 600"],
        ["pages", PAGE, "## Try it", "## Test it", "no section `Try it`"],
        ["pages", "src/ch01-greetings/bye.md", "", "# Bye\n", "bye.md: add it to SUMMARY.md"],
        ["pages", "src/ch01-greetings/bye.md", "", "# Bye\n", "bye.md: no listing"],
        ["pages", PAGE, "{{#include figures/hello.svg}}", "", "hello.svg: no page of its folder includes it"],
        ["pages", SVG, "role=\"img\"", "", "a picture needs role=\"img\""],
        ["pages", SVG, "<desc", "\n<desc", "a blank line ends the HTML block"],
        ["pages", SVG, "id=\"hello-desc", "id=\"hello-title", "the id `hello-title` is taken"],
        ["rendered", PAGE, "greeting.rs:text", "greeting.rs:txet", "ch01-greetings/hello.html: an empty code block"],
        ["rendered", PAGE, "say_hello.stdout}}", "say_hell0.stdout}}", "`{{#` is left on the page"],
        ["rendered", PAGE, "say_hello.stdout}}", "say_hell0.stdout}}", "mdbook warns:"],
        ["rendered", PAGE, "[greet]: #say-hello", "[greet]: #say-goodbye", "the link `#say-goodbye` leads to no `id"],
        ["rendered", "src/introduction.md", "#how-it-works", "#how-it-broke", "introduction.html: the link"],
        ["rendered", "src/introduction.md", "hello.md#how-it-works", "bye.html", "leads to no file"],
        ["rendered", PAGE, "# Say hello", "# Say hello\n\n![](figures/hello.svg)", "an image without a text alternative"],
        ["rendered", PAGE, "# Say hello", "# Say hello\n\n![Bye](figures/bye.svg)", "the link `figures/bye.svg` leads to no file"],
        ["links", "src/introduction.md", "hello.md#how-it-works", "bye.md", "src/introduction.md:3: the link `ch01-greetings/bye.md` is broken"],
        ["links", PAGE, "[greet]: #say-hello", "", "`[greet]` names no link"],
        ["layout", "listings/ch01-greetings/rejected/say_hello.rs", "", "//! S.\n", "the name is taken by"],
        ["layout", &format!("{outside}/wave.rs"), "", "//! W.\n", "two or more words"],
        ["layout", &format!("{outside}/two_versions.rs"), "", "//! W.\n", "that of a crate"],
        ["layout", &format!("{outside}/wave_twice.rs"), "", "//! W.\n", "its Python twin is missing"],
        ["layout", PROGRAM, "Says hello.\n", "Says hello.\n//@ twin: none (it is rude)\n", "`twin: none` is wrong"],
        ["layout", &format!("{outside}/wave_twice.py"), "", "print()\n", "no Rust program of this name"],
        ["layout", &format!("{outside}/wave_twice.stdout"), "", "hello\n", "belongs to no program"],
        ["layout", MANIFEST, "nix.workspace = true", "nix = \"0.31\"", "Cargo.toml:5: a chapter's manifest says"],
        ["layout", MANIFEST, "nix.workspace", "two_versions.workspace", "two versions of this crate"],
    ];
    for [check, file, from, to, fault] in rows {
        let sample = Sample::new();
        match *from {
            "" => sample.write(file, to),
            from => sample.edit(file, from, to),
        }
        let seen = sample.faults(check);
        assert!(
            seen.contains(fault),
            "{check}: {file}: {to:?} was to give {fault:?}, gave {seen:?}"
        );
    }

    let sample = Sample::new();
    sample.write("listings/ch02-others/Cargo.toml", "[package]\n");
    sample.write(other, "//! W.\n//@ twin: none (it is a sample)\n");
    sample.edit(PAGE, "## Try", "```rust,listing=wave_back\n{{#include ../../listings/ch02-others/src/bin/wave_back.rs}}\n```\n\n## Try");
    let seen = sample.faults("pages");
    assert!(
        seen.contains("wave_back.rs belongs to another chapter"),
        "{seen}"
    );
}
