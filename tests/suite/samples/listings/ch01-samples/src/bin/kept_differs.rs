//! A sample.

fn main() {
    println!("one way");
}
