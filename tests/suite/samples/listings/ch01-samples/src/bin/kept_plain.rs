//! A sample.

fn main() {
    println!("{} lines", ch01_samples::answer());
}
