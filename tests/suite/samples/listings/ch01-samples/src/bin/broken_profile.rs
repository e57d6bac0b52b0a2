//! A sample.
//@ profile: fast
//@ twin: none (a sample)

fn main() {
    println!("debug assertions: {}", cfg!(debug_assertions));
}
