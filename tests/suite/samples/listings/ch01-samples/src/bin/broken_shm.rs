//! A sample.
//@ twin: none (a sample)

fn main() {
    std::fs::write("/dev/shm/broken_shm", "table").expect("it has room");
    println!("written");
}
