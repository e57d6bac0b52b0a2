//! A channel is carried over a fork: each process then has one of its own.
//@ exit: 1
//@ repair: collect_from_child

use ch01_getting_started::fork::ForkedChild;
use std::error::Error;
use std::sync::mpsc;

fn main() -> Result<(), Box<dyn Error>> {
    let (sender, receiver) = mpsc::channel();
    let child = ForkedChild::start(move || {
        let missing = (0..1000).filter(|i| i * 7919 % 100 < 5).count();
        println!("child: sends {missing}: {:?}", sender.send(missing));
        0
    })?;
    child.wait()?;
    println!("parent: receives");
    let missing = receiver.recv()?;
    println!("parent: {missing} pages were missing");
    Ok(())
}
