//! A thread is joined once: `join` takes the handle.
//@ error: E0382
//@ repair: shrink_photos

use std::thread;

fn main() {
    let thread = thread::spawn(|| "16 x 12");
    println!("beach: {:?}", thread.join());
    println!("beach: {:?}", thread.join()); //~ E0382
}
