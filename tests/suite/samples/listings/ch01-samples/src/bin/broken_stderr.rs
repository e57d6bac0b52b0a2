//! A sample.
//@ twin: none (a sample)

fn main() {
    println!("works");
    eprintln!("complains");
}
