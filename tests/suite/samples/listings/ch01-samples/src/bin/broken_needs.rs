//! A sample.

fn main() {
    println!("42 lines");
}
