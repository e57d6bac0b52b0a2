//! A table that changes rarely is replaced as a whole: written, then renamed.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use tempfile::{NamedTempFile, tempdir};

fn publish(prices: &[u32], table: &Path) -> Result<(), Box<dyn Error>> {
    let folder = table.parent().ok_or("a table lies in a folder")?;
    let mut new = NamedTempFile::new_in(folder)?;
    for price in prices {
        new.write_all(&price.to_le_bytes())?;
    }
    // From one table to the next in one step: nobody sees half of one.
    new.persist(table)?;
    Ok(())
}

fn open(table: &Path) -> io::Result<Mmap> {
    let file = File::open(table)?;
    // SAFETY: nobody changes a file once it has this name, nor its size;
    // `publish` puts another in its place.
    unsafe { Mmap::map(&file) }
}

fn price(table: &Mmap, product: usize) -> Option<u32> {
    let bytes = table.as_chunks().0.get(product)?;
    Some(u32::from_le_bytes(*bytes))
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempdir()?;
    let table = folder.path().join("prices");
    publish(&[1900, 2450], &table)?;
    let before = open(&table)?;
    publish(&[2100, 2450, 990], &table)?;
    let after = open(&table)?;
    println!("before: {:?} {:?}", price(&before, 0), price(&before, 2));
    println!("after: {:?} {:?}", price(&after, 0), price(&after, 2));
    Ok(())
}
