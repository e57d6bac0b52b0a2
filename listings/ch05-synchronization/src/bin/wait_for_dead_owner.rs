//! A mutex that processes share, and that is not robust: its owner is killed
//! in the middle of a transfer, and the next one waits for ever.
//@ deadlock
//@ repair: repair_after_death

use ch03_processes::fork::ForkedChild;
use ch05_synchronization::robust::{Lock, RobustMutex};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use zerocopy::FromBytes;

#[derive(FromBytes)]
struct Accounts {
    cash: i64,
    savings: i64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let accounts = RobustMutex::<Accounts>::stalled()?;
    accounts.lock()?.or_repair(|_| {}).cash = 100;
    let mut teller = ForkedChild::start(|| {
        let Ok(Lock::Locked(mut accounts)) = accounts.lock() else {
            return 1;
        };
        accounts.cash -= 40;
        // The out-of-memory killer, say.
        let _ = raise(Signal::SIGKILL);
        accounts.savings += 40;
        0
    })?;
    println!("teller: {}", teller.wait()?);
    let accounts = accounts.lock()?.or_repair(|_| {});
    println!("cash {}, savings {}", accounts.cash, accounts.savings);
    Ok(())
}
