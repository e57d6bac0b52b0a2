//! While a snapshot lives, each page that is changed is copied, once.
//@ twin: none (reading Python objects writes to them)

use ch03_processes::fork::ForkedChild;
use ch03_processes::smaps::private_dirty;
use std::io::{self, Read, Write};
use std::time::Duration;

const PAGE: usize = 4096 / size_of::<u64>();

fn main() -> io::Result<()> {
    let mut table = vec![1_u64; 1000 * PAGE];
    let (mut go, mut changed) = io::pipe()?;
    let mut saver = ForkedChild::start(|| {
        // Stands for the saving: it lasts until all changes are made.
        go.read_exact(&mut [0]).expect("the parent writes a byte");
        0
    })?;

    let before = private_dirty(&table)?;
    for page in table.chunks_mut(PAGE).step_by(4) {
        page[0] += 1;
        page[1] += 1;
    }
    let copied = (private_dirty(&table)? - before) / 4;
    println!("pages in the table: {}", table.len() / PAGE);
    println!("pages copied: ~{copied}");
    changed.write_all(&[1])?;
    let status = saver.wait_timeout(Duration::from_secs(20))?;
    println!("saver: {}", status.expect("it was let go"));
    Ok(())
}
