//! A sample: a child of this program does not reap its own.
//@ leaks: zombie
//@ repair: kept_plain

use std::process::Command;
use std::thread;
use std::time::Duration;

fn main() -> std::io::Result<()> {
    if std::env::args().len() > 1 {
        let child = Command::new("true").arg("").spawn();
        drop(child?);
        thread::sleep(Duration::from_millis(200));
        return Ok(());
    }
    let status = Command::new("/proc/self/exe").arg("child").status()?;
    println!("the child: {status}");
    Ok(())
}
