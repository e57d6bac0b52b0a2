//! `std::thread`, in which a panic is the thread's result; shuttle's own fails
//! the test. Whoever joins it decides what it means.

#[path = "../../../std/scope.rs"]
mod scoped;

pub use self::scoped::{Scope, ScopedJoinHandle, scope};
pub use ::shuttle::thread::{Thread, ThreadId, current, panicking, park, yield_now};
pub use ::std::thread::Result;

use crate::time::{Duration, Instant, advance};
use ::shuttle::thread as inner;
use ::std::io;
use ::std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Like [`std::thread::JoinHandle`].
#[derive(Debug)]
pub struct JoinHandle<T>(inner::JoinHandle<Result<T>>);

impl<T> JoinHandle<T> {
    /// Like [`std::thread::JoinHandle::join`].
    ///
    /// # Errors
    ///
    /// The thread panicked.
    pub fn join(self) -> Result<T> {
        self.0.join().and_then(|result| result)
    }

    /// Like [`std::thread::JoinHandle::thread`].
    pub fn thread(&self) -> &Thread {
        self.0.thread()
    }
}

/// Like [`std::thread::spawn`].
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    JoinHandle(inner::spawn(|| caught(f)))
}

/// Shuttle ends an unfinished thread by unwinding it as well, and with no
/// message: that has to go on.
fn caught<T>(f: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(f)).or_else(|payload| {
        match payload.is::<&'static str>() || payload.is::<String>() {
            true => Err(payload),
            false => resume_unwind(payload),
        }
    })
}

/// Like [`std::thread::sleep`]: others may run, and the model's clock goes on.
pub fn sleep(duration: Duration) {
    let end = Instant::now() + duration;
    inner::sleep(duration);
    advance(end);
}

/// Like [`std::thread::Builder`].
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// Like [`std::thread::Builder::new`].
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Like [`std::thread::Builder::name`].
    pub fn name(mut self, name: String) -> Builder {
        self.name = Some(name);
        self
    }

    /// Like [`std::thread::Builder::spawn`].
    ///
    /// # Errors
    ///
    /// None here.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let mut builder = inner::Builder::new();
        if let Some(name) = self.name {
            builder = builder.name(name);
        }
        Ok(JoinHandle(builder.spawn(|| caught(f))?))
    }
}
