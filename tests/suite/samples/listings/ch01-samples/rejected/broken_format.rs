//! A sample.
//@ error: E0382
//@ repair: kept_plain

fn main() {
    let log = vec![ch01_samples::answer()];
    drop( log );
    println!("{log:?}"); //~ E0382
}
