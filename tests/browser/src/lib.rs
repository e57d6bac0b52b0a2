//! The rendered book in a real browser: Chromium, driven by Playwright.
//!
//! The checks are scripts, `checks/*.mjs`. This library finds what they need,
//! renders the book as it is published, and runs them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The browser and the packages that the checks drive it with.
#[derive(Debug)]
pub struct Browser {
    chromium: PathBuf,
    /// Where the browser puts its profiles; nothing of them is left.
    scratch: TempDir,
}

impl Browser {
    /// Finds Chromium and Node.js, and fetches the packages, once, into
    /// `target/browser`. `CHROMIUM` names a browser that has another name.
    ///
    /// # Errors
    ///
    /// What is missing, and how to get it.
    pub fn find() -> Result<Browser, String> {
        let usual = ["chromium", "chromium-browser", "google-chrome"];
        let chromium = match env::var("CHROMIUM") {
            Ok(name) => program(&name).ok_or(format!("CHROMIUM={name} is not a program"))?,
            Err(_) => usual
                .iter()
                .find_map(|name| program(name))
                .ok_or("no Chromium: install chromium, or set CHROMIUM")?,
        };
        if program("node").is_none() || program("npm").is_none() {
            return Err("no Node.js 18 or newer with npm: install nodejs and npm".into());
        }
        let scratch = temporary()?;
        let browser = Browser { chromium, scratch };
        browser.run(Command::new("bash").arg(".ci/packages"))?;
        Ok(browser)
    }

    /// The names of the checks.
    ///
    /// # Errors
    ///
    /// The scripts cannot be run.
    pub fn checks(&self) -> Result<Vec<String>, String> {
        let names = self.run(self.node().arg("--list"))?;
        Ok(names.lines().map(str::to_owned).collect())
    }

    /// Runs one check over a rendered book; with `broken` on copies of it in
    /// each of which something is broken that the check has to see.
    ///
    /// # Errors
    ///
    /// What the check finds, or a breakage that it does not see.
    pub fn check(&self, name: &str, book: &Path, broken: bool) -> Result<(), String> {
        let mut node = self.node();
        node.arg(name).arg(book).args(broken.then_some("broken"));
        self.run(&mut node).map(drop)
    }

    /// A table of the pages: what they weigh, how often they ask, what axe
    /// finds, and how far they shift, for two renderings of the book.
    ///
    /// # Errors
    ///
    /// The scripts cannot be run.
    pub fn compare(&self, book: &Path, plain: &Path) -> Result<String, String> {
        self.run(self.node().arg("--compare").args([book, plain]))
    }

    /// Renders the book as it is published, with the small highlight.js.
    ///
    /// # Errors
    ///
    /// It does not render.
    pub fn render(&self, out: &Path) -> Result<(), String> {
        let theme = temporary()?;
        copy(&root().join("theme"), theme.path()).map_err(|e| format!("theme/: {e}"))?;
        let highlight = theme.path().join("highlight.js");
        let mut command = Command::new("bash");
        self.run(command.arg(".ci/small-highlight").arg(highlight))?;
        let adapted =
            |config: &mut book_test::Config| config.set("output.html.theme", theme.path());
        book_test::rendered::render(&root(), out, adapted).map(drop)
    }

    fn node(&self) -> Command {
        let mut node = Command::new("node");
        node.arg("tests/browser/run.mjs")
            .env("CHROMIUM", &self.chromium)
            .env("PACKAGES", root().join("target/browser"))
            .env("TMPDIR", self.scratch.path());
        node
    }

    fn run(&self, command: &mut Command) -> Result<String, String> {
        let output = command
            .current_dir(root())
            .output()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Renders the book as mdBook does with nothing of ours.
///
/// # Errors
///
/// It does not render.
pub fn render_plain(out: &Path) -> Result<(), String> {
    let theme = temporary()?;
    let plain = |config: &mut book_test::Config| {
        let none: [&str; 0] = [];
        config.set("output.html.additional-css", none)?;
        config.set("output.html.additional-js", none)?;
        config.set("output.html.theme", theme.path())
    };
    book_test::rendered::render(&root(), out, plain).map(drop)
}

/// A folder that goes with its value.
///
/// # Errors
///
/// The disk is full, or the like.
pub fn temporary() -> Result<TempDir, String> {
    tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("this package lies in the book")
}

/// The path of a program that is found as the shell would.
fn program(name: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
