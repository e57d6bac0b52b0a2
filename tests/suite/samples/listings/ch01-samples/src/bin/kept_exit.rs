//! A sample.
//@ exit: 3

fn main() {
    println!("ends");
    eprintln!("with a complaint");
    std::process::exit(3);
}
