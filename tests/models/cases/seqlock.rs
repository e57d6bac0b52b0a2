// What a reader gets is whole, and of two writers one is turned away or waits
// its turn.
//@ source: ch03-processes/src/seqlock.rs
//@ loom: 2
//@ shuttle: 1000
//
// The words may be those of before the write that the number tells of.
//@ broken: old_words
//@ replace: fence(Acquire);\n        let words
//@ with: let words
//@ loom says: half a record
//@ blind: shuttle
//
// The words may be newer than the number that is read after them.
//@ broken: old_number
//@ replace: fence(Acquire);\n        let after
//@ with: let after
//@ loom says: half a record
//@ blind: shuttle
//
// A word may be seen before the odd number.
//@ broken: late_number
//@ replace: fence(Release);\n        write
//@ with: write
//@ loom says: half a record
//@ blind: shuttle
//
// The even number may be seen before the words.
//@ broken: early_number
//@ replace: before.wrapping_add(2), Release
//@ with: before.wrapping_add(2), Relaxed
//@ loom says: half a record
//@ blind: shuttle
//
// A writer's words may be covered up by those of the writer before it.
//@ broken: claim_relaxed
//@ replace: odd, Acquire, Relaxed
//@ with: odd, Relaxed, Relaxed
//@ loom says: half a record
//@ blind: shuttle
//
// The number is not looked at again.
//@ broken: no_second_look
//@ replace: (before == after).then_some(words)
//@ with: {\n            let _ = after;\n            Some(words)\n        }
//@ loom says: half a record
//@ shuttle says: half a record
//
// Two writers find the number even before one of them makes it odd.
//@ broken: claim_in_two_steps
//@ replace: claim(before.wrapping_add(1)).is_err()
//@ with: {\n            let _ = &claim;\n            self.sequence.store(before.wrapping_add(1), Relaxed);\n            false\n        }
//@ loom says: half a record
//@ shuttle says: half a record

use seqlock::SeqLock;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

/// A thread reads, and two write once each, this one among them.
///
/// The reader is one that is started: see the README about loom and loads in
/// the first thread.
pub fn model() {
    let record = Arc::new(SeqLock::<2>::new());
    let reader = thread::spawn({
        let record = Arc::clone(&record);
        move || read(&record)
    });
    let writer = thread::spawn({
        let record = Arc::clone(&record);
        move || write(&record, 2)
    });
    let ours = write(&record, 1);
    reader.join().unwrap();
    assert!(writer.join().unwrap() || ours, "nobody wrote");
    read(&record);
}

fn write(record: &SeqLock<2>, id: u64) -> bool {
    record.try_write(|words: &[AtomicU64; 2]| {
        words[0].store(id, Relaxed);
        words[1].store(id, Relaxed);
    })
}

fn read(record: &SeqLock<2>) {
    if let Some([first, second]) = record.try_read() {
        assert_eq!(first, second, "half a record");
    }
}
