//! A sample.
//@ leaks: /dev/shm/broken_leak_mended
//@ repair: kept_plain

fn main() {
    println!("cleans up");
}
