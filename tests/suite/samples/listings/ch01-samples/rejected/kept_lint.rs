//! A sample.
//@ error: let_underscore_lock
//@ repair: kept_plain

fn main() {
    let counter = std::sync::Mutex::new(0);
    let _ = counter.lock(); //~ let_underscore_lock
}
