//! A `String` is an address, and an address means something in one process.
//@ error: E0277
//@ repair: share_import_status

use ch03_processes::shared::Shared;
use std::io;

fn main() -> io::Result<()> {
    let file = Shared::<String>::new()?; //~ E0277
    println!("shared at {:p}", &file);
    Ok(())
}
