//! Two threads own one list by a reference count that is not atomic.
//@ error: E0277
//@ repair: note_visitors

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;

fn main() {
    let visitors = Rc::new(RefCell::new(vec!["192.0.2.7"]));
    let shared = Rc::clone(&visitors);
    let server = thread::spawn(move || {
        //~^ E0277
        shared.borrow_mut().push("192.0.2.9");
    });
    server.join().unwrap();
    println!("{} visitors", visitors.borrow().len());
}
