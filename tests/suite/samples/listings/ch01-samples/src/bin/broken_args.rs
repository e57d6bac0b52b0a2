//! A sample.
//@ args:
//@ twin: none (a sample)

fn main() {
    println!("{} words", std::env::args().count() - 1);
}
