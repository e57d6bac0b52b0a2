//! A sample.
//@ stdout: unordered
//@ twin: none (a sample)

fn main() {
    println!("second");
    println!("third");
}
