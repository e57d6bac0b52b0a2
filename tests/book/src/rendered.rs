//! The pages as mdBook renders them.

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use suite::listing::{entries, file_name};

/// Renders the book in `root` into `out` and looks at every page.
///
/// # Errors
///
/// mdBook cannot render it at all.
pub fn faults(root: &Path, out: &Path) -> Result<Vec<String>, String> {
    let mut faults = render(root, out, |_| Ok(()))?;
    let pages: HashMap<PathBuf, Html> = html(out)
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap_or_default();
            (path, Html::parse_document(&text))
        })
        .collect();
    let mut paths: Vec<&PathBuf> = pages.keys().collect();
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(out).unwrap_or(path).display();
        let page = &pages[path];
        for block in select(page, "pre > code") {
            if shown(block).trim().is_empty() {
                faults.push(format!(
                    "{name}: an empty code block: is the anchor of its include misspelt?"
                ));
            }
        }
        if page.root_element().text().any(|text| text.contains("{{#")) {
            faults.push(format!(
                "{name}: `{{{{#` is left on the page: does the included file exist?"
            ));
        }
        // mdBook's own frame is outside `main`.
        for (selector, attribute) in [("main a[href]", "href"), ("main img[src]", "src")] {
            for element in select(page, selector) {
                let link = element.attr(attribute).unwrap_or_default();
                if let Some(fault) = broken(link, path, &pages) {
                    faults.push(format!("{name}: the link `{link}` {fault}"));
                }
            }
        }
        for image in select(page, "main img") {
            if image.attr("alt").is_none_or(|alt| alt.trim().is_empty()) {
                faults.push(format!("{name}: an image without a text alternative"));
            }
        }
    }
    Ok(faults)
}

/// What is wrong with a link of the page `from`, if anything.
fn broken(link: &str, from: &Path, pages: &HashMap<PathBuf, Html>) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => from.to_owned(),
        file => from.parent()?.join(file).canonicalize().unwrap_or_default(),
    };
    if !target.exists() {
        return Some("leads to no file".into());
    }
    let page = pages.get(&target)?;
    let found = fragment.is_empty()
        || select(page, "[id]").any(|element| element.attr("id") == Some(fragment));
    (!found).then(|| format!("leads to no `id=\"{fragment}\"`: was the heading changed?"))
}

fn select<'a>(page: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of ours");
    page.select(&selector).collect::<Vec<_>>().into_iter()
}

/// The text of a code block without what mdBook adds unseen to Rust blocks.
fn shown(block: ElementRef) -> String {
    let mut text: String = block.text().collect();
    let hidden = Selector::parse(".boring").expect("a selector of ours");
    for line in block.select(&hidden) {
        text = text.replacen(&line.text().collect::<String>(), "", 1);
    }
    text
}

/// The pages; not the one for printing, which repeats them, nor that for
/// addresses which do not exist, whose links count from the site's root.
fn html(dir: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in entries(dir) {
        if entry.is_dir() {
            pages.extend(html(&entry));
        } else if entry.extension().is_some_and(|e| e == "html")
            && !["print.html", "404.html", "toc.html"].contains(&file_name(&entry).as_str())
        {
            pages.push(entry);
        }
    }
    pages
}

/// Renders the book in `root` into `out`, its configuration changed by `adapt`,
/// and answers with the warnings that mdBook gave.
///
/// # Errors
///
/// mdBook cannot render it at all.
pub fn render(
    root: &Path,
    out: &Path,
    adapt: impl FnOnce(&mut Config) -> mdbook_driver::errors::Result<()>,
) -> Result<Vec<String>, String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    let result = tracing::subscriber::with_default(subscriber, || {
        let mut config = Config::from_disk(root.join("book.toml"))?;
        config.build.build_dir = out.to_owned();
        adapt(&mut config)?;
        MDBook::load_with_config(root, config)?.build()
    });
    result.map_err(|error| format!("book.toml: the book does not render: {error:#}"))?;
    let text = log.0.lock().expect("one writer").clone();
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(text
        .lines()
        .map(|line| format!("mdbook warns: {}", line.trim()))
        .collect())
}

/// Where mdBook's warnings go.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one writer").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
