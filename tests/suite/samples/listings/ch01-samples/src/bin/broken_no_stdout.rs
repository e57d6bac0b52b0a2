//! A sample.
//@ twin: none (a sample)

fn main() {
    println!("printed");
}
