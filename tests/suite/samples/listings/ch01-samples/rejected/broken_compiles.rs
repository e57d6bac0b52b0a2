//! A sample.
//@ error: E0382
//@ repair: kept_plain

fn main() {
    println!("{}", ch01_samples::answer()); //~ E0382
}
