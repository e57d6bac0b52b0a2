//! A sample.
//@ leaks: /dev/shm/kept_shm
//@ repair: kept_plain

fn main() {
    std::fs::write("/dev/shm/kept_shm", "table").expect("it has room");
    println!("written");
}
