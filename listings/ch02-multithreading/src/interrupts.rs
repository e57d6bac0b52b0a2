//! Ctrl-C as a message on a channel, for a coordinator to `select!`.

use crossbeam::channel::{Receiver, bounded};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use signal_hook::iterator::Signals;
use std::io;
use std::sync::{Arc, atomic::AtomicBool};
use std::thread;

/// A channel on which the first SIGINT of this process comes as a message.
/// The second one ends the process, as every one does without this call, so
/// that a program that is slow to stop can still be stopped. (One that comes
/// during this call is a message, but may not count as the first.) To be
/// called once.
///
/// A thread of its own waits for the signal, for as long as the process
/// lives, since a signal handler may hardly do anything: signal-safety(7).
/// The other threads' system calls may be interrupted by the handler.
///
/// # Errors
///
/// The system refuses the handler, or the thread.
// ANCHOR: interrupts
pub fn interrupts() -> io::Result<Receiver<()>> {
    // First, so that no signal is lost: from here on each is a message.
    let mut signals = Signals::new([SIGINT])?;
    let interrupted = Arc::new(AtomicBool::new(false));
    // In this order: the first signal finds the flag not set.
    flag::register_conditional_default(SIGINT, Arc::clone(&interrupted))?;
    flag::register(SIGINT, interrupted)?;
    // Room for the message until somebody looks.
    let (sender, receiver) = bounded(1);
    thread::Builder::new()
        .name("interrupts".into())
        .spawn(move || {
            for _ in signals.forever() {
                // If nobody receives, there is nobody to tell.
                let _ = sender.send(());
            }
        })?;
    Ok(receiver)
}
// ANCHOR_END: interrupts
