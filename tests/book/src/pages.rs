//! The pages as they are written: what they include, and their shape.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use suite::directives::Kind;
use suite::listing::{self, Listing, entries, file_name};

/// The words that a recipe page has, code not counted.
const WORDS: std::ops::RangeInclusive<usize> = 600..=1200;

/// A page, as far as the checks look at it.
#[derive(Debug)]
struct Page {
    path: PathBuf,
    text: String,
    blocks: Vec<Block>,
    headings: Vec<(HeadingLevel, String)>,
    words: usize,
}

/// A code block: `info` behind the fence, `text` between the fences.
#[derive(Clone, Debug)]
struct Block {
    line: usize,
    info: Option<String>,
    text: String,
}

impl Block {
    /// `rust` of `rust,ignore,listing=count_hits`.
    fn language(&self) -> &str {
        self.info
            .as_deref()
            .and_then(|i| i.split(',').next())
            .unwrap_or("")
    }

    /// `count_hits` of `rust,ignore,listing=count_hits,from=rejected`.
    fn listing(&self) -> Option<&str> {
        self.word("listing=")
    }

    /// `rejected` of the same.
    fn from(&self) -> Option<&str> {
        self.word("from=")
    }

    fn word(&self, start: &str) -> Option<&str> {
        let mut words = self.info.as_deref()?.split(',');
        words.find_map(|word| word.strip_prefix(start))
    }

    /// The file, and the anchor, of a block that is one include.
    fn include(&self) -> Option<(&str, &str)> {
        let inside = self
            .text
            .trim_end()
            .strip_prefix("{{#include ")?
            .strip_suffix("}}")?;
        let (path, anchor) = inside.split_once(':').unwrap_or((inside, ""));
        (!inside.contains('\n')).then_some((path, anchor))
    }
}

/// Looks at every page under `root/src`.
pub fn faults(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let source = root.join("src");
    let pages: Vec<Page> = markdown(&source).iter().map(|path| read(path)).collect();
    let summary = fs::read_to_string(source.join("SUMMARY.md")).unwrap_or_default();
    let listings = listing::find(&listing::chapters(root));
    let mut shown: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for page in &pages {
        let name = page.path.strip_prefix(&source).unwrap_or(&page.path);
        let lost = name == Path::new("404.md");
        if !lost && !summary.contains(&format!("({})", name.display())) {
            faults.push(format!("{}: add it to SUMMARY.md", page.path.display()));
        }
        blocks(root, page, &listings, &mut shown, &mut faults);
        // Recipes lie in a chapter's folder; the rest has a shape of its own.
        let folder = page.path.parent().map(file_name).unwrap_or_default();
        let chapter = folder.starts_with("ch") || folder == "beyond";
        if chapter && file_name(name) != "README.md" {
            shape(page, &mut faults);
        }
    }
    for listing in &listings {
        let pages = shown.get(&listing.source).map_or(0, Vec::len);
        if pages != 1 {
            faults.push(format!(
                "{}: it stands on {pages} pages {:?}: a listing is included on exactly one",
                listing.source.display(),
                shown.get(&listing.source).cloned().unwrap_or_default()
            ));
        }
    }
    pictures(&source, &pages, &mut faults);
    faults
}

/// The code blocks of one page.
fn blocks(
    root: &Path,
    page: &Page,
    listings: &[Listing],
    shown: &mut BTreeMap<PathBuf, Vec<String>>,
    faults: &mut Vec<String>,
) {
    let dir = page.path.parent().unwrap_or(&page.path);
    for (i, block) in page.blocks.iter().enumerate() {
        let place = format!("{}:{}", page.path.display(), block.line);
        if block.info.is_none() {
            faults.push(format!("{place}: an indented code block: use a fence"));
            continue;
        }
        let code = ["rust", "python"].contains(&block.language());
        let Some(name) = block.listing() else {
            if code {
                faults.push(format!(
                    "{place}: {} typed into the page: make it a listing and include it",
                    block.language()
                ));
            }
            continue;
        };
        let Some((path, anchor)) = block.include() else {
            faults.push(format!(
                "{place}: a block with `listing={name}` is one line, {{{{#include FILE}}}}"
            ));
            continue;
        };
        let file = normal(&dir.join(path));
        let stem = file.file_stem().unwrap_or_default().display().to_string();
        let expected = match block.language() {
            "rust" => format!("{name}.rs"),
            "python" => format!("{name}.py"),
            _ if name.ends_with(".stderr") => name.to_owned(),
            _ => format!("{name}.{}", file.extension().unwrap_or_default().display()),
        };
        if file_name(&file) != expected {
            faults.push(format!(
                "{place}: `listing={name}` includes {}: name and file are to be the same",
                file.display()
            ));
            continue;
        }
        let folder = file
            .parent()
            .and_then(|folder| folder.strip_prefix(root.join("listings")).ok());
        let folder = folder
            .map(|f| f.iter().skip(1).collect::<PathBuf>())
            .unwrap_or_default();
        let from = Path::new(block.from().unwrap_or("src/bin"));
        if code && from != folder {
            faults.push(format!(
                "{place}: the caption is made from `from=`: say `from={}` (src/bin goes without)",
                folder.display()
            ));
        }
        let Some(listing) = listings.iter().find(|l| l.source == file) else {
            // Outputs follow their program; libraries are shown in parts.
            if code && !file.exists() {
                faults.push(format!("{place}: {} does not exist", file.display()));
            }
            if !code && !page.blocks.iter().any(|b| b.listing() == Some(&stem)) {
                faults.push(format!("{place}: an output without its program"));
            }
            continue;
        };
        if !["", "all"].contains(&anchor) {
            faults.push(format!(
                "{place}: a listing is shown whole: drop `:{anchor}`"
            ));
        }
        let ignored = block
            .info
            .as_deref()
            .is_some_and(|i| i.split(',').any(|w| w == "ignore"));
        if ignored != (listing.kind == Kind::Rejected) {
            faults.push(format!(
                "{place}: `rust,ignore` is for rejected listings, all of them, and for no other"
            ));
        }
        let own = listing.chapter.name.split('/').next().unwrap_or_default();
        if file_name(dir) != own {
            faults.push(format!(
                "{place}: {} belongs to another chapter",
                file.display()
            ));
        }
        shown
            .entry(file)
            .or_default()
            .push(page.path.display().to_string());
        follow(&place, listing, &page.blocks[i + 1..], faults);
        let repair = listing
            .promise
            .as_ref()
            .ok()
            .and_then(|p| p.repair.as_ref());
        if let Some(repair) = repair
            && !page.blocks.iter().any(|b| b.listing() == Some(repair))
        {
            faults.push(format!(
                "{place}: {name} is repaired by {repair}, which is not on this page: the page links to it"
            ));
        }
    }
}

/// Behind a program stand its twin and what they print, in this order.
fn follow(place: &str, listing: &Listing, next: &[Block], faults: &mut Vec<String>) {
    let beside = |ending: &str| listing.source.with_extension(ending).exists();
    let name = &listing.name;
    let mut expected = Vec::new();
    if listing.kind != Kind::Python && beside("py") {
        expected.push(("python", name.clone(), "py"));
    } else {
        if beside("stdout") {
            expected.push(("text", name.clone(), "stdout"));
        }
        if beside("stderr") {
            expected.push(("text", format!("{name}.stderr"), "stderr"));
        }
        if beside("py.stdout") {
            expected.push(("text", format!("{name}.py"), "py.stdout"));
        }
    }
    for (i, (language, label, ending)) in expected.into_iter().enumerate() {
        let file = format!("{name}.{ending}}}}}\n");
        let right = next.get(i).is_some_and(|block| {
            block.language() == language
                && block.listing() == Some(&label)
                && block.text.ends_with(&file)
        });
        if !right {
            faults.push(format!(
                "{place}: behind {name} is to follow ```{language},listing={label} with {name}.{ending}"
            ));
            return;
        }
    }
}

/// What every recipe page has.
fn shape(page: &Page, faults: &mut Vec<String>) {
    let place = page.path.display();
    let h1 = page
        .headings
        .iter()
        .filter(|(level, _)| *level == HeadingLevel::H1)
        .count();
    if h1 != 1 {
        faults.push(format!("{place}: {h1} headings of level 1: a page has one"));
    }
    if page.text.contains("<!-- decision page -->") {
        return;
    }
    if !WORDS.contains(&page.words) {
        faults.push(format!(
            "{place}: {} words: a recipe has {WORDS:?}",
            page.words
        ));
    }
    if !page.blocks.iter().any(|block| block.listing().is_some()) {
        faults.push(format!(
            "{place}: no listing: include one, or say <!-- decision page --> if it needs none"
        ));
    }
    if !page.headings.iter().any(|(_, title)| title == "Try it") {
        faults.push(format!(
            "{place}: no section `Try it`: end with an exercise"
        ));
    }
}

/// Every picture is on a page, and has words for who cannot see it.
fn pictures(source: &Path, pages: &[Page], faults: &mut Vec<String>) {
    let mut ids = HashSet::new();
    for dir in entries(source).iter().filter(|entry| entry.is_dir()) {
        for file in entries(&dir.join("figures")) {
            let place = file.display();
            let include = format!("{{{{#include figures/{}}}}}", file_name(&file));
            let used = pages
                .iter()
                .any(|page| page.path.starts_with(dir) && page.text.contains(&include));
            if !used {
                faults.push(format!("{place}: no page of its folder includes it"));
            }
            let text = fs::read_to_string(&file).unwrap_or_default();
            for part in [
                "role=\"img\"",
                "aria-labelledby=",
                "<title id=",
                "<desc id=",
                "viewBox=",
            ] {
                if !text.contains(part) {
                    faults.push(format!("{place}: a picture needs {part} for those who cannot see it, or see it small"));
                }
            }
            if text.trim().contains("\n\n") {
                faults.push(format!(
                    "{place}: a blank line ends the HTML block on the page: remove it"
                ));
            }
            for id in text
                .split("id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                if !ids.insert(id.to_owned()) {
                    faults.push(format!(
                        "{place}: the id `{id}` is taken by another picture"
                    ));
                }
            }
        }
    }
}

/// All pages below `dir` but the summary.
fn markdown(dir: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in entries(dir) {
        if entry.is_dir() {
            pages.extend(markdown(&entry));
        } else if entry.extension().is_some_and(|e| e == "md") && file_name(&entry) != "SUMMARY.md"
        {
            pages.push(entry);
        }
    }
    pages
}

fn read(path: &Path) -> Page {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut page = Page {
        path: path.to_owned(),
        text: text.clone(),
        blocks: Vec::new(),
        headings: Vec::new(),
        words: 0,
    };
    let mut block: Option<Block> = None;
    let mut heading: Option<(HeadingLevel, String)> = None;
    let options = pulldown_cmark::Options::ENABLE_TABLES;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.to_string()),
                    CodeBlockKind::Indented => None,
                };
                let line = text[..range.start].matches('\n').count() + 1;
                block = Some(Block {
                    line,
                    info,
                    text: String::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => page.headings.extend(heading.take()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(block) = &mut block {
                    block.text += &part;
                    continue;
                }
                if let Some((_, title)) = &mut heading {
                    *title += &part;
                }
                page.words += part
                    .split_whitespace()
                    .filter(|w| w.contains(|c: char| c.is_alphanumeric()))
                    .count();
            }
            _ => {}
        }
    }
    page
}

/// The path without `..`, which links in it would not survive.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal
}
