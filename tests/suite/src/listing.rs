//! Which listings there are: every program under `listings/`.

use crate::directives::{self, Kind, Promise};
use std::fs;
use std::path::{Path, PathBuf};

/// A crate of listings: a chapter, a chapter's Python extension, or a package
/// of a chapter's that cannot be in the workspace.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The crate's name: its folder's, with `/FOLDER` for one inside it.
    pub name: String,
    /// Its folder, which has the `Cargo.toml`.
    pub dir: PathBuf,
    /// Is it an extension module for Python, outside the workspace?
    pub extension: bool,
    /// Is it a package outside the workspace, whose features must not become
    /// the chapters'? It is built with a call of its own. Its programs are run
    /// as all others, but neither under ThreadSanitizer nor with locks whose
    /// order is watched.
    pub apart: bool,
}

impl Chapter {
    /// Is it one of the workspace's packages?
    pub fn in_workspace(&self) -> bool {
        !self.extension && !self.apart
    }
}

/// One program of the book.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Its name, which is the stem of its files.
    pub name: String,
    /// The crate that it belongs to.
    pub chapter: Chapter,
    /// The file.
    pub source: PathBuf,
    /// The kind of that file.
    pub kind: Kind,
    /// What it promises, or why that cannot be read.
    pub promise: Result<Promise, String>,
    /// For a twin: the Rust program that it stands beside.
    pub twin_of: Option<Box<Listing>>,
}

impl Listing {
    /// The name of its test: `CRATE::NAME`, with `.py` for a Python program.
    pub fn test_name(&self) -> String {
        let py = if self.kind == Kind::Python { ".py" } else { "" };
        format!("{}::{}{py}", self.chapter.name, self.name)
    }

    /// The promise that the suite holds it to: its own, or, for a twin that
    /// does not say how it differs, that of its Rust program.
    ///
    /// # Errors
    ///
    /// The directives cannot be read, or contradict the Rust program's.
    pub fn demand(&self) -> Result<Promise, String> {
        let own = self.promise.clone()?;
        let at = |what| Err(format!("{}: {what}", self.source.display()));
        let Some(rust) = &self.twin_of else {
            return match self.kind {
                Kind::Python if own.differs.is_some() => {
                    at("`differs` has no meaning: it is nobody's twin")
                }
                Kind::Python if own.broken() && own.repair.is_none() => {
                    at("a broken listing names its repair: add \
                        `#@ repair: NAME`")
                }
                _ => Ok(own),
            };
        };
        if own.differs.is_some() {
            return Ok(own);
        }
        if own.broken() || own.unordered {
            return at("a twin ends like its Rust program unless it says why \
                       not: add `#@ differs: REASON`");
        }
        if rust.kind == Kind::Rejected {
            return at("its Rust program is refused, so it cannot end like \
                       it: add `#@ differs: REASON`");
        }
        Ok(Promise {
            limit: own.limit,
            needs: own.needs,
            args: own.args,
            ..rust.promise.clone()?
        })
    }

    /// The file with what it prints on `stream`, `stdout` or `stderr`.
    pub fn output_file(&self, stream: &str) -> PathBuf {
        let own = match &self.promise {
            Ok(promise) => promise.differs.is_some(),
            Err(_) => false,
        };
        let py = if own { "py." } else { "" };
        self.source.with_extension(format!("{py}{stream}"))
    }

    /// Is a Python program demanded beside this one?
    pub fn wants_twin(&self) -> bool {
        self.kind == Kind::Rust
            && self
                .promise
                .as_ref()
                .is_ok_and(|promise| promise.no_twin.is_none() && !promise.broken())
    }
}

/// The crates of listings under `root`, sorted by name; not the measurements,
/// whose programs print times and stand on no page.
pub fn chapters(root: &Path) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    for dir in entries(&root.join("listings")) {
        let name = file_name(&dir);
        if !dir.join("Cargo.toml").exists() || name == "measurements" {
            continue;
        }
        for inside in entries(&dir) {
            let folder = file_name(&inside);
            if inside.join("Cargo.toml").exists() {
                chapters.push(Chapter {
                    name: format!("{name}/{folder}"),
                    dir: inside,
                    extension: folder == "python",
                    apart: folder != "python",
                });
            }
        }
        chapters.push(Chapter {
            name,
            dir,
            extension: false,
            apart: false,
        });
    }
    chapters
}

/// The names of the programs behind the book's numbers.
pub fn measurements(root: &Path) -> Vec<String> {
    let programs = entries(&root.join("listings/measurements/src/bin"));
    let rust = programs
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "rs"));
    rust.map(|p| p.file_stem().unwrap_or_default().display().to_string())
        .collect()
}

/// Every program of those crates, sorted by file, each before its twin.
pub fn find(chapters: &[Chapter]) -> Vec<Listing> {
    let mut listings: Vec<Listing> = Vec::new();
    for chapter in chapters {
        let programs = if chapter.extension { "" } else { "src/bin" };
        let rejected = (chapter.dir.join("rejected"), Kind::Rejected);
        for (dir, kind) in [(chapter.dir.join(programs), Kind::Rust), rejected] {
            for source in entries(&dir) {
                let kind = match source.extension().and_then(|e| e.to_str()) {
                    Some("rs") => kind,
                    Some("py") => Kind::Python,
                    _ => continue,
                };
                listings.push(read(chapter, source, kind));
            }
        }
    }
    // A program before its twin, whose output it may write.
    listings.sort_by_key(|l| (l.source.with_extension(""), l.kind == Kind::Python));
    let rust: Vec<Listing> = listings
        .iter()
        .filter(|l| l.kind != Kind::Python)
        .cloned()
        .collect();
    for twin in listings.iter_mut().filter(|l| l.kind == Kind::Python) {
        let file = twin.source.with_extension("rs");
        twin.twin_of = rust
            .iter()
            .find(|r| r.source == file)
            .cloned()
            .map(Box::new);
    }
    listings
}

fn read(chapter: &Chapter, source: PathBuf, kind: Kind) -> Listing {
    let promise = fs::read_to_string(&source)
        .map_err(|e| format!("{}: {e}", source.display()))
        .and_then(|text| directives::parse(&source, &text, kind));
    Listing {
        name: source.file_stem().unwrap_or_default().display().to_string(),
        chapter: chapter.clone(),
        source,
        kind,
        promise,
        twin_of: None,
    }
}

/// The entries of a folder, sorted; none if there is no such folder.
pub fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .collect();
    entries.sort();
    entries
}

/// The last part of a path, as text.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().display().to_string()
}
