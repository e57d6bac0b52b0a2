// Two members meet twice, and each sees what the other did before.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 3
//@ shuttle: 2000
//
// Who sleeps waits for the count to be 0 again, which it may be no more.
//@ broken: no_generation
//@ replace: let over = |word: u32| match word / ROUND != round {
//@ with: let over = |word: u32| match word & COUNT == 0 && word & WHY == 0 && round < u32::MAX {
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: not_registered
//@ replace: let asleep = word | SLEEPERS;
//@ with: let asleep = word | SLEEPERS & 0;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Who arrives early sleeps although the round is over.
//@ broken: sleeps_on_the_newest
//@ replace: futex::wait(&barrier.word, asleep, Some(until));
//@ with: {\n                let _ = asleep;\n                futex::wait(&barrier.word, barrier.word.load(Relaxed), Some(until));\n            }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Two arrive, and are counted once.
//@ broken: counts_in_two_steps
//@ replace: match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {\n                Ok(_) => break
//@ with: barrier.word.store(new, Release);\n            match Ok::<u32, u32>(word) {\n                Ok(_) => break
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The round is complete, but not what was done before it.
//@ broken: relaxed_arrival
//@ replace: match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {
//@ with: match barrier.word.compare_exchange(word, new, Relaxed, Relaxed) {
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_leader
//@ replace: match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {
//@ with: match barrier.word.compare_exchange(word, new, Release, Acquire) {
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_wait
//@ replace: let word = barrier.word.load(Acquire);\n            if let Some(end)
//@ with: let word = barrier.word.load(Relaxed);\n            if let Some(end)
//@ loom says: Causality violation
//@ blind: shuttle
//
// Who looks once before it sleeps.
//@ sound: looks_first
//@ replace: for _ in 0..self.looks() {
//@ with: for _ in 0..self.looks() + 1 {
//
//@ broken: relaxed_looks_first
//@ replace: for _ in 0..self.looks() {\n                if let Some(end) = over(barrier.word.load(Acquire)) {
//@ with: for _ in 0..self.looks() + 1 {\n                if let Some(end) = over(barrier.word.load(Relaxed)) {
//@ loom says: Causality violation
//@ blind: shuttle

use barrier::{Barrier, Member};
use std::alone::{here, peer, spin};
use std::cell::UnsafeCell;
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

struct Strip(UnsafeCell<u32>);

// SAFETY: that nobody reads it while it is written is what the model is about.
unsafe impl Sync for Strip {}

/// Two members write a strip each, and then read the other's.
pub fn model() {
    let barrier = Barrier::<2>::new();
    let strips = [0, 0].map(|n| Strip(UnsafeCell::new(n)));
    let work = |member: &mut Member<'_, 2>| {
        let (own, other) = (member.number(), 1 - member.number());
        // SAFETY: as above.
        unsafe { *strips[own].0.get() = 1 };
        let first = member.wait().unwrap();
        // SAFETY: as above.
        assert_eq!(unsafe { *strips[other].0.get() }, 1);
        let second = member.wait().unwrap();
        for turn in [first, second] {
            assert_eq!(turn.is_leader, turn.index == 1);
        }
    };
    let [mut one, mut other] = [0, 1].map(|number| barrier.join(number).unwrap());
    // Nobody leaves before both have come through: who is left behind would
    // be told, and here it is to hang.
    thread::scope(|scope| {
        scope.spawn(|| work(&mut one));
        work(&mut other);
    });
}
