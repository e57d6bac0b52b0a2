//! What becomes of a panic's message in a worker.
//!
//! That of a panic which ends a task travels with the error, and the parent
//! says what is to be said on standard error. One that the task has caught
//! is told there, as it would be without a pool, but when the task is done.
//! In another thread of the task the hook of before tells, at once: a
//! `thread::scope` says no more than that a thread has panicked.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Write};
use std::mem;
use std::panic::{set_hook, take_hook};
use std::process;

/// A message, and the place that it comes from.
pub type Complaint = (String, Option<String>);

thread_local! {
    /// Is this the thread that runs the tasks?
    static OWN: Cell<bool> = const { Cell::new(false) };
    /// Has it panicked since its last task?
    static ANY: Cell<bool> = const { Cell::new(false) };
    /// The place of its last panic, and the whole of its message.
    static LAST: Cell<Option<(String, String)>> = const { Cell::new(None) };
}

/// For a worker, at its start.
pub fn listen() {
    // Of a pool whose task is this pool's parent.
    forget();
    OWN.set(true);
    let before = take_hook();
    set_hook(Box::new(move |info| {
        if !OWN.get() {
            return before(info);
        }
        // If there is one already, the task has caught that.
        tell_caught();
        if let Some(at) = info.location() {
            LAST.set(Some((at.to_string(), info.to_string())));
            ANY.set(true);
        }
    }));
}

/// For a task that has ended well: tells of the panic that it caught.
#[inline]
pub fn tell_caught() {
    if ANY.get() {
        tell();
    }
}

#[cold]
fn tell() {
    if let Some((_, whole)) = forget() {
        // As the default hook, which ignores it as well.
        let _ = writeln!(io::stderr(), "in process {}: {whole}", process::id());
    }
}

fn forget() -> Option<(String, String)> {
    ANY.set(false);
    LAST.take()
}

/// The message of a panic that nobody has caught.
pub fn said(payload: Box<dyn Any + Send>) -> Complaint {
    let text = match payload.downcast_ref::<&str>() {
        Some(text) => (*text).to_owned(),
        None => match payload.downcast_ref::<String>() {
            Some(text) => text.clone(),
            None => "no message".to_owned(),
        },
    };
    // Its destructor might panic as well.
    mem::forget(payload);
    (text, forget().map(|(at, _)| at))
}
