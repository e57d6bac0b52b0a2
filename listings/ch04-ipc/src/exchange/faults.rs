//! Ends or stops one side of an exchange at any byte, on purpose: the tests of
//! [`exchange`], as functions that a program calls, since a test runner has
//! threads and may not fork.

use super::{ExchangeError, exchange};
use ch03_processes::fork::ForkedChild;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process;
use std::time::{Duration, Instant};

/// What each side has to say.
const BYTES: usize = 1 << 20;

/// Nothing takes so long, unless it never ends.
const LIMIT: Duration = Duration::from_secs(10);

/// What a pipe may hold that nobody has read.
const PIPE: usize = 1 << 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Kill,
    Stop,
    Exit,
}

/// A plan: what happens to the peer, and when.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    fault: Fault,
    /// How much it has read by then.
    heard: usize,
    /// How much it has written.
    said: usize,
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut part = move || match random.usize(..4) {
            0 => 0,
            1 => BYTES,
            _ => random.usize(..=BYTES),
        };
        (0..).map(move |i: usize| Plan {
            fault: [Fault::Kill, Fault::Stop, Fault::Exit][i % 3],
            heard: part(),
            said: part(),
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What was not as [`exchange`] promises.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        if self.fault != Fault::Stop {
            return self.strike_within(LIMIT).map(drop);
        }
        // One that is stopped ends no exchange: its time has to be up.
        let mut limit = Duration::from_millis(20);
        while !self.strike_within(limit)? {
            limit *= 2;
            if limit > LIMIT {
                return Err(format!("{self:?}: never stopped").into());
            }
        }
        Ok(())
    }

    /// Was it struck before the exchange was over?
    fn strike_within(self, limit: Duration) -> Result<bool, Box<dyn Error>> {
        let (from_us, to_them) = io::pipe()?;
        let (from_them, to_us) = io::pipe()?;
        let mut ours = Some((to_them, from_them));
        let mut peer = ForkedChild::start(|| {
            drop(ours.take());
            i32::from(self.speak(to_us, from_us).is_err())
        })?;
        let (to_them, from_them) = ours.expect("the child closed its copies");
        let deadline = Instant::now() + limit;
        let message = vec![7; BYTES];
        let got = exchange(to_them, from_them, &message, BYTES, deadline);
        let right = match &got {
            Err(ExchangeError::TimedOut) => self.fault == Fault::Stop,
            _ if self.fault == Fault::Stop => false,
            Err(ExchangeError::PeerDied { said }) => {
                self.heard < BYTES && *said == vec![9; self.said]
            }
            // All was in the pipe when it ended.
            Ok(answer) => {
                self.heard + PIPE >= BYTES && *answer == vec![9; self.said]
            }
            Err(_) => false,
        };
        let struck = self.fault != Fault::Stop || peer.stopped()?.is_some();
        peer.kill()?;
        peer.wait()?;
        match right {
            true => Ok(struck),
            false => {
                let got = match got {
                    Ok(answer) => format!("{} bytes", answer.len()),
                    Err(error) => error.to_string(),
                };
                Err(format!("{self:?}: {got}").into())
            }
        }
    }

    /// The peer: it ends in the middle.
    fn speak(self, mut to: PipeWriter, mut from: PipeReader) -> io::Result<()> {
        from.read_exact(&mut vec![0; self.heard])?;
        to.write_all(&vec![9; self.said])?;
        match self.fault {
            Fault::Kill => raise(Signal::SIGKILL)?,
            Fault::Stop => raise(Signal::SIGSTOP)?,
            Fault::Exit => process::exit(0),
        }
        Ok(())
    }
}
