//! A sample.
//@ timeout: 300ms
//@ twin: none (a sample)

fn main() {
    println!("spins");
    loop {
        std::hint::spin_loop();
    }
}
