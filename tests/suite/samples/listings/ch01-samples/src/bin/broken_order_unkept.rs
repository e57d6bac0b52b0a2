//! A sample: it ends otherwise if its locks are watched, since they are larger.
//@ twin: none (a sample)

use std::sync::Mutex;

fn main() {
    println!("measured");
    std::process::exit(i32::from(size_of::<Mutex<u32>>() > 16));
}
