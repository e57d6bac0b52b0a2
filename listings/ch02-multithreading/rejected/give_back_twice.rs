//! A permit given back twice: the second time there is none to give.
//@ error: E0382
//@ repair: limit_calls

use ch02_multithreading::semaphore::Semaphore;

fn main() {
    let calls = Semaphore::new(3);
    let permit = calls.acquire();
    drop(permit);
    drop(permit); //~ E0382
}
