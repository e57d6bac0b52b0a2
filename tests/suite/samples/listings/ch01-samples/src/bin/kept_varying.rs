//! A sample.
//@ twin: none (a sample)

fn main() {
    println!("pid ~{} in {:p}", std::process::id(), &0);
}
