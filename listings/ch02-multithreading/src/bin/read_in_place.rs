//! Four threads compare addresses: what they read lies in the log itself.

use ch02_multithreading::access_log::write_log;
use std::thread;

/// How many bytes of these lines lie in the buffer of `text`?
fn bytes_in_place(text: &str, lines: &[&str]) -> usize {
    let buffer = text.as_bytes().as_ptr_range();
    let mut bytes = 0;
    for line in lines {
        let place = line.as_bytes().as_ptr_range();
        if buffer.start <= place.start && place.end <= buffer.end {
            bytes += line.len();
        }
    }
    bytes
}

fn main() {
    let log = write_log(3000);
    // Line ends included: all lines together have as many bytes as the log.
    let index: Vec<&str> = log.split_inclusive('\n').collect();
    // `move` copies this reference; it would move the whole `String`.
    let text = log.as_str();

    let mut in_place = 0;
    thread::scope(|s| {
        let handles: Vec<_> = index
            .chunks(index.len().div_ceil(4))
            .map(|share| s.spawn(move || bytes_in_place(text, share)))
            .collect();
        for handle in handles {
            in_place += handle.join().expect("it only compares");
        }
    });
    println!("{} bytes in the log, {in_place} read in place", log.len());
}
