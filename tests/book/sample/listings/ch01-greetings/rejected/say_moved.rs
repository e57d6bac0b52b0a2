//! Says what is gone.
//@ error: E0382
//@ repair: say_hello

fn main() {
    let hello = String::new();
    drop(hello);
    println!("{hello}"); //~ E0382
}
