//! A sample.
//@ twin: none (a sample)

fn main() {
    println!("ends");
    std::process::exit(3);
}
