//! How often two processes call the kernel for their messages.
//@ twin: none (Python's queues call it several times a message)

use ch03_processes::shared::Shared;
use ch04_ipc::ring::{self, Receiver, Sender};
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const MESSAGES: u64 = 100_000;

fn send_all(sender: &mut Sender<u64>, batch: usize) -> Result<(), ring::Error> {
    let messages: Vec<u64> = (0..MESSAGES).collect();
    let mut rest = &messages[..];
    while !rest.is_empty() {
        let next = &rest[..batch.min(rest.len())];
        rest = &rest[sender.send_batch(next)?..];
    }
    Ok(())
}

fn take_all(
    receiver: &mut Receiver<u64>,
    batch: usize,
) -> Result<usize, ring::Error> {
    let mut messages = vec![0; batch];
    let mut all = 0;
    loop {
        match receiver.recv_batch(&mut messages)? {
            0 => return Ok(all),
            some => all += some,
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    for batch in [1, 256] {
        let calls = Shared::<AtomicU64>::new()?;
        let (sender, mut receiver) = ring::channel(4096)?;
        let mut child = ring::in_child(sender, |mut sender| {
            let sent = send_all(&mut sender, batch);
            calls.store(sender.futex_calls().total(), Relaxed);
            i32::from(sent.is_err())
        })?;
        let taken = take_all(&mut receiver, batch)?;
        println!("sender: {}", child.wait()?);
        let calls = calls.load(Relaxed) + receiver.futex_calls().total();
        println!("{taken} messages, {batch} at once: ~{calls} futex calls");
    }

    let (mut questions, asked) = ring::channel::<u64>(1)?;
    let (answering, mut answers) = ring::channel::<u64>(1)?;
    let _child = ring::in_child((asked, answering), |(mut asked, mut to)| {
        while let Ok(Some(question)) = asked.recv() {
            if to.send(question).is_err() {
                return 1;
            }
        }
        0
    })?;
    for n in 0..1000 {
        questions.send(n)?;
        assert_eq!(answers.recv()?, Some(n));
    }
    let calls = questions.futex_calls().wakes + answers.futex_calls().waits;
    println!("1000 questions: ~{calls} futex calls of who asks");
    Ok(())
}
