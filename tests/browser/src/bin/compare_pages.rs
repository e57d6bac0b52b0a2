//! Prints a table of the book's pages beside those of mdBook with nothing of
//! ours: `cargo run -p browser-test --bin compare_pages`.

use browser_test::{Browser, render_plain, temporary};

fn main() -> Result<(), String> {
    let browser = Browser::find()?;
    let (book, plain) = (temporary()?, temporary()?);
    browser.render(book.path())?;
    render_plain(plain.path())?;
    print!("{}", browser.compare(book.path(), plain.path())?);
    Ok(())
}
