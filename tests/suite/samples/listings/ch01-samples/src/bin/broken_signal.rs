//! A sample.
//@ signal: SIGBUS

fn main() {
    println!("aborts");
    std::process::abort();
}
