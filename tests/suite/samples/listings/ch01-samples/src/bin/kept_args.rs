//! A sample.
//@ args: one two
//@ twin: none (a sample)

fn main() {
    println!("{} words", std::env::args().count() - 1);
}
