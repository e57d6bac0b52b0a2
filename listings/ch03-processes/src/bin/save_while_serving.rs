//! A forked child saves the table as it was; the parent goes on changing it.

use ch03_processes::fork::ForkedChild;
use std::io::{self, Read, Write};
use std::time::Duration;

fn main() -> io::Result<()> {
    let mut table = vec![1_u64; 100_000];
    let (mut saved, mut to_file) = io::pipe()?;
    let (mut go, mut changed) = io::pipe()?;
    let mut saver = ForkedChild::start(|| {
        // Waits until the parent has changed every entry, the worst case.
        go.read_exact(&mut [0]).expect("the parent writes a byte");
        let sum: u64 = table.iter().sum();
        write!(to_file, "{sum}").expect("the parent reads");
        0
    })?;
    drop(to_file);

    for entry in &mut table {
        *entry += 1;
    }
    changed.write_all(&[1])?;
    let mut sum = String::new();
    saved.read_to_string(&mut sum)?;
    let status = saver.wait_timeout(Duration::from_secs(20))?;
    println!("saver: {}", status.expect("it has written"));
    println!("saved: {sum}");
    println!("served meanwhile: {}", table.iter().sum::<u64>());
    Ok(())
}
