//! A sample.
//@ twin: none (a sample)

fn main() {
    println!("~{}", std::process::id());
}
