//! Two processes add to a shared counter in two steps: updates are lost.
//@ loses: 1000
//@ repair: count_import

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shared::Shared;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

fn import(imported: &AtomicU64, other: &Meeting) -> io::Result<()> {
    for _ in 0..500 {
        let seen = imported.load(Relaxed);
        // Both have loaded before either stores, in every round.
        other.meet()?;
        imported.store(seen + 1, Relaxed);
        other.meet()?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let imported = Shared::<AtomicU64>::new()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut importer =
        ForkedChild::start(|| match import(&imported, &theirs) {
            Ok(()) => 0,
            Err(_) => 1,
        })?;
    import(&imported, &ours)?;
    println!("importer: {}", importer.wait()?);
    println!("imported by both: {}", imported.load(Relaxed));
    Ok(())
}
