//! A thread is joined once: `join` takes the handle.
//@ error: E0382
//@ repair: shrink_photos

use std::thread;

fn main() {
    let handle = thread::spawn(|| "16 x 12");
    println!("beach: {:?}", handle.join());
    println!("beach: {:?}", handle.join()); //~ E0382
}
