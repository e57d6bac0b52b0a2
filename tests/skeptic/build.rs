//! Hands skeptic every whole program of the book, as a reader would copy it
//! from the rendered chapter, and the Rust programs of the README.

use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::builtin_renderers::MarkdownRenderer;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for watched in ["README.md", "book.toml", "src", "listings"] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("pages");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir(&out)?;
    let mut documents = Vec::new();
    let mut add = |name: String, text: &str| -> Result<(), Box<dyn Error>> {
        let programs = programs(text);
        if !programs.is_empty() {
            let file = out.join(name);
            fs::write(&file, programs)?;
            documents.push(file);
        }
        Ok(())
    };
    add(
        "README.md".into(),
        &fs::read_to_string(root.join("README.md"))?,
    )?;
    let book = MDBook::load(&root)?;
    let (book, _) = book.preprocess_book(&MarkdownRenderer::new())?;
    for item in book.iter() {
        let BookItem::Chapter(chapter) = item else {
            continue;
        };
        if let Some(path) = &chapter.path {
            let name = path.display().to_string().replace('/', "-");
            add(name, &chapter.content)?;
        }
    }
    skeptic::generate_doc_tests(&documents);
    Ok(())
}

/// The whole programs of a page, each under its listing's name, to be
/// compiled and not run: the suite runs them, in its sandbox.
fn programs(page: &str) -> String {
    let mut programs = String::new();
    let mut block: Option<(String, String)> = None;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                block = Some((info.to_string(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, code)) = &mut block {
                    *code += &text;
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((info, code)) = block.take() else {
                    continue;
                };
                let words: Vec<&str> = info.split(',').collect();
                let rust = words[0] == "rust" && !words.contains(&"ignore");
                // One of a package apart from the workspace is built with
                // features that nothing here has.
                let apart = words
                    .iter()
                    .any(|w| w.starts_with("from=") && w.ends_with("/src/bin"));
                if rust && !apart && code.contains("fn main(") {
                    let name = words.iter().find_map(|w| w.strip_prefix("listing="));
                    let name = name.unwrap_or("readme");
                    programs += &format!("# {name}\n\n```rust,no_run\n{code}```\n\n");
                }
            }
            _ => {}
        }
    }
    programs
}
