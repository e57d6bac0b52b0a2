//! What the threads of a model print.

use real::cell::RefCell;
use real::mem;
use std as real;

real::thread_local! {
    // One thread of the system runs all threads of a model.
    static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps a line that is printed.
pub fn line(line: String) {
    PRINTED.with_borrow_mut(|printed| {
        printed.push_str(&line);
        printed.push('\n');
    });
}

/// What has been printed since the last call.
pub fn take() -> String {
    PRINTED.with_borrow_mut(mem::take)
}
