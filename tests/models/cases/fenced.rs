// Each of two leaders looks, and writes what it saw and one more. Once the
// later one has looked, the earlier one is refused: no booked day is lost.
//@ source: ch05-synchronization/src/fenced.rs
//@ loom: 3
//@ shuttle: 1000
//
// Between the comparison and the write the other one may write.
//@ broken: store
//@ replace: match self.word.compare_exchange(word, new, AcqRel, Relaxed) {
//@ with: match Ok::<_, u64>(self.word.store(new, AcqRel)) {
//@ replace: {AcqRel, Acquire, Relaxed}
//@ with: {Acquire, Relaxed, Release as AcqRel}
//@ loom says: a booked day is lost
//@ shuttle says: a booked day is lost
//
// Nobody is late.
//@ broken: all_let_in
//@ replace: if latest > term {
//@ with: if latest == u32::MAX {
//@ loom says: a booked day is lost
//@ shuttle says: a booked day is lost
//
// A look that leaves the term as it was lets the earlier leader write after it.
//@ broken: look_without_term
//@ replace: let old = word as u32;
//@ with: let old = word as u32;\n            if change(old) == old {\n                return Ok(old);\n            }
//@ loom says: a booked day is lost
//@ shuttle says: a booked day is lost

use fenced::Fenced;
use std::sync::Arc;
use std::thread;

/// The leader of each term books a day, in two steps.
pub fn model() {
    let booked = Arc::new(Fenced::new());
    let leaders = [1, 2].map(|term| {
        let booked = Arc::clone(&booked);
        thread::spawn(move || {
            let days = booked.update(term, |days| days)?;
            booked.update(term, |_| days + 1)
        })
    });
    let leaders = leaders.map(|leader| leader.join().unwrap());
    let led = leaders.iter().filter(|led| led.is_ok()).count();
    assert!(leaders[1].is_ok(), "the last one is let in");
    assert_eq!(booked.read(), (led as u32, 2), "a booked day is lost");
}
