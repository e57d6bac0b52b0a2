//! A sample.
//@ twin: none (a sample)

use std::process::Command;

fn main() {
    let child = Command::new("sleep").arg("0.2").spawn();
    let child = child.expect("it starts");
    println!("started sleep");
    drop(child);
}
