//! A forked child saves the table as it was; the parent goes on changing it.

use ch03_processes::fork::ForkedChild;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::time::Duration;

fn save(table: &[u64], path: &Path) -> io::Result<()> {
    // Whoever reads `path` finds the last table or this one, each whole.
    let unfinished = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    for entry in table {
        writeln!(file, "{entry}")?;
    }
    file.into_inner()?.sync_all()?;
    fs::rename(unfinished, path)
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("table.txt");
    let mut table = vec![1_u64; 100_000];
    let (mut go, mut changed) = io::pipe()?;
    let mut saver = ForkedChild::start(|| {
        // Waits until the parent has changed every entry, the worst case.
        go.read_exact(&mut [0]).expect("the parent writes a byte");
        match save(&table, &path) {
            Ok(()) => 0,
            Err(_) => 1,
        }
    })?;

    for entry in &mut table {
        *entry += 1;
    }
    changed.write_all(&[1])?;
    let status = saver.wait_timeout(Duration::from_secs(20))?;
    println!("saver: {}", status.ok_or("it takes too long")?);
    let mut saved = 0;
    for line in fs::read_to_string(&path)?.lines() {
        saved += line.parse::<u64>()?;
    }
    println!("saved: {saved}");
    println!("served meanwhile: {}", table.iter().sum::<u64>());
    Ok(())
}
