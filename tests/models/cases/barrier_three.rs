// Two sleep, and the third who comes wakes them.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 2
//@ shuttle: 2000
//
// Of two who sleep one is woken.
//@ broken: wakes_one
//@ replace: futex::wake(&self.word, futex::ALL);
//@ with: futex::wake(&self.word, 1);
//@ loom says: deadlock
//@ shuttle says: deadlock!

use barrier::Barrier;
use std::alone::{here, peer, spin};
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two sleep, and a third one comes.
pub fn model() {
    let barrier = Barrier::<3>::new();
    let [mut one, mut other, mut third] = [0, 1, 2].map(|number| barrier.join(number).unwrap());
    thread::scope(|scope| {
        scope.spawn(move || one.wait().unwrap());
        scope.spawn(move || other.wait().unwrap());
        third.wait().unwrap();
    });
}
