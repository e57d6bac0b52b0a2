//! A sample.
//@ exit: 1

fn main() {
    println!("ends");
}
