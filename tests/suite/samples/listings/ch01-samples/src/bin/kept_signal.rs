//! A sample.
//@ signal: SIGABRT

fn main() {
    println!("aborts");
    std::process::abort();
}
