//! A sample.
//@ twin: none (a sample)

fn main() {
    std::fs::write("left", "over").expect("it has room");
    println!("written");
}
