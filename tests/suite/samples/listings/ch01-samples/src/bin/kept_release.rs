//! A sample.
//@ profile: release
//@ twin: none (a sample)

fn main() {
    println!("debug assertions: {}", cfg!(debug_assertions));
}
