//! `std::thread::scope` over the checker's own `spawn`.

use super::{JoinHandle, Result, Thread, spawn};
use real::any::Any;
use real::cell::RefCell;
use real::marker::PhantomData;
use real::mem;
use real::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use real::sync::{Arc, Mutex};
use std as real;

/// The thread's handle, until one of its two owners takes it to join.
type Shared = Arc<Mutex<Option<JoinHandle<()>>>>;
type Slot<T> = Arc<Mutex<Option<Result<T>>>>;

/// Like [`std::thread::Scope`].
pub struct Scope<'scope, 'env: 'scope> {
    threads: RefCell<Vec<Shared>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

// SAFETY: a checker runs all threads of a model on one thread of the system,
// and switches between them nowhere in this module while `threads` is borrowed.
unsafe impl Sync for Scope<'_, '_> {}

/// Like [`std::thread::ScopedJoinHandle`].
pub struct ScopedJoinHandle<'scope, T> {
    thread: Shared,
    about: Thread,
    result: Slot<T>,
    scope: PhantomData<&'scope ()>,
}

/// Like [`std::thread::scope`]: all threads have ended when it returns.
///
/// # Panics
///
/// The closure panicked, or a thread did that was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let scope = Scope {
        threads: RefCell::default(),
        scope: PhantomData,
        env: PhantomData,
    };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    let mut panicked = false;
    loop {
        // One of these threads may start another.
        let Some(thread) = scope.threads.borrow_mut().pop() else {
            break;
        };
        let thread = thread.lock().expect("no panic").take();
        panicked |= thread.is_some_and(|thread| thread.join().is_err());
    }
    match result {
        Err(payload) => resume_unwind(payload),
        Ok(_) if panicked => panic!("a scoped thread panicked"),
        Ok(value) => value,
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Like [`std::thread::Scope::spawn`].
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let result: Slot<T> = Arc::default();
        let slot = Arc::clone(&result);
        let body: Box<dyn FnOnce() + Send + 'scope> = Box::new(move || {
            let value = f();
            *slot.lock().expect("no panic") = Some(Ok(value));
        });
        // SAFETY: `scope` returns only when this thread has ended, and what
        // it borrows outlives `scope`. If the checker stops an execution in
        // between, it never runs its threads again.
        let body: Box<dyn FnOnce() + Send + 'static> = unsafe { mem::transmute(body) };
        let handle = spawn(body);
        let about = handle.thread().clone();
        let thread = Arc::new(Mutex::new(Some(handle)));
        self.threads.borrow_mut().push(Arc::clone(&thread));
        ScopedJoinHandle {
            thread,
            about,
            result,
            scope: PhantomData,
        }
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Like [`std::thread::ScopedJoinHandle::join`].
    ///
    /// # Errors
    ///
    /// The thread panicked.
    pub fn join(self) -> Result<T> {
        let thread = self.thread.lock().expect("no panic").take();
        let joined = thread.expect("the scope joins after its closure").join();
        joined.and_then(|()| {
            let result = self.result.lock().expect("no panic").take();
            let none = || Err(Box::new("no result") as Box<dyn Any + Send>);
            result.unwrap_or_else(none)
        })
    }

    /// Like [`std::thread::ScopedJoinHandle::thread`].
    pub fn thread(&self) -> &Thread {
        &self.about
    }
}
