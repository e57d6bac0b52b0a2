//! Finds a Python, and makes what the twins import from outside.

use crate::listing::{Chapter, entries};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first `python3` of version 3.11 or newer: `$PYTHON`, or on PATH.
///
/// # Errors
///
/// There is none; the message says what was looked at.
pub fn find() -> Result<PathBuf, String> {
    let named = std::env::var_os("PYTHON").map(PathBuf::from);
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let candidates: Vec<PathBuf> = match named {
        Some(python) => vec![python],
        None => {
            let dirs = std::env::split_paths(&on_path);
            dirs.map(|dir| dir.join("python3"))
                .filter(|p| p.exists())
                .collect()
        }
    };
    let ask = "import sys; print(sys.executable, sys.version_info >= (3, 11))";
    for candidate in &candidates {
        let output = Command::new(candidate)
            .args(["-c", ask])
            .stdin(Stdio::null())
            .output();
        let answer = output.map(|o| o.stdout).unwrap_or_default();
        let answer = String::from_utf8_lossy(&answer).trim().to_owned();
        // A wrapper script answers with the interpreter behind it.
        if let Some(python) = answer.strip_suffix(" True") {
            return Ok(python.into());
        }
    }
    Err(format!(
        "no Python 3.11 or newer: looked at {candidates:?}. Install python3, \
         or name one in $PYTHON"
    ))
}

/// Makes a virtual environment under `target` with the packages that
/// `listings/requirements.txt` pins and the extensions that chapters build,
/// unless it is there and nothing has changed. Answers with its Python.
///
/// # Errors
///
/// A step failed; the message has the command and what it said.
pub fn environment(
    root: &Path,
    target: &Path,
    python: &Path,
    chapters: &[Chapter],
) -> Result<PathBuf, String> {
    let venv = target.join("python");
    let inside = venv.join("bin/python");
    let requirements = root.join("listings/requirements.txt");
    let extensions: Vec<&Chapter> = chapters
        .iter()
        .filter(|chapter| chapter.extension)
        .collect();

    let mut sources = vec![requirements.clone()];
    for extension in &extensions {
        sources.extend(entries(&extension.dir));
        sources.extend(entries(&extension.dir.join("src")));
    }
    let mut hasher = DefaultHasher::new();
    python.hash(&mut hasher);
    // The programs beside an extension are no part of it.
    let built_from = ["rs", "toml", "lock", "txt"];
    sources.retain(|s| {
        let ending = s.extension().and_then(|e| e.to_str());
        s.is_file() && ending.is_some_and(|e| built_from.contains(&e))
    });
    for source in &sources {
        fs::read(source)
            .map_err(|e| e.to_string())?
            .hash(&mut hasher);
    }
    let stamp = format!("{:x}", hasher.finish());
    let stamp_file = venv.join("stamp");
    let is = fs::read_to_string(&stamp_file).unwrap_or_default();
    if is == stamp && inside.exists() {
        return Ok(inside);
    }

    let run = |command: &mut Command| {
        let output = command.current_dir(root).stdin(Stdio::null()).output();
        let output = output.map_err(|e| format!("{command:?}: {e}"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!(
                "{command:?} failed:\n{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    };
    run(Command::new(python)
        .args(["-m", "venv", "--clear"])
        .arg(&venv))?;
    // pip looks for the build tool on PATH, as in an activated environment.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = [venv.join("bin")].into_iter();
    let path = std::env::join_paths(dirs.chain(std::env::split_paths(&path)))
        .map_err(|e| e.to_string())?;
    let pip = || {
        let mut pip = Command::new(&inside);
        pip.args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check"])
            .env("PATH", &path)
            .env("CARGO_TARGET_DIR", target.join("extensions"));
        pip
    };
    run(pip().arg("-r").arg(&requirements))?;
    for extension in extensions {
        // The build tool is pinned with the rest; no isolated second copy.
        run(pip().arg("--no-build-isolation").arg(&extension.dir))?;
    }
    fs::write(stamp_file, stamp).map_err(|e| e.to_string())?;
    Ok(inside)
}
