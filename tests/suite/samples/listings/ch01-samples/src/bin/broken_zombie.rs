//! A sample.
//@ twin: none (a sample)

use std::process::Command;

fn main() {
    let child = Command::new("true").arg("").spawn();
    let child = child.expect("it starts");
    println!("started true");
    let stat = format!("/proc/{}/stat", child.id());
    while !std::fs::read_to_string(&stat).unwrap().contains(") Z") {
        std::thread::yield_now();
    }
}
