//! SIGTERM sets a flag, by signal-hook, and the import ends at the next part.

use signal_hook::consts::SIGTERM;
use signal_hook::{flag, low_level};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

fn main() -> io::Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    flag::register(SIGTERM, Arc::clone(&stop))?;
    for part in 1..=10 {
        if stop.load(Relaxed) {
            println!("asked to stop before part {part}");
            break;
        }
        println!("importing part {part}");
        if part == 2 {
            low_level::raise(SIGTERM)?;
        }
    }
    Ok(())
}
