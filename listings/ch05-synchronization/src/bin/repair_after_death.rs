//! The owner of a robust mutex is killed in the middle of a transfer: the next
//! one gets the lock, is told, and repairs the accounts.

use ch03_processes::fork::ForkedChild;
use ch05_synchronization::robust::{Lock, RobustMutex};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io;
use zerocopy::FromBytes;

#[derive(FromBytes)]
struct Accounts {
    cash: i64,
    savings: i64,
}

fn transfer(accounts: &RobustMutex<Accounts>, killed: bool) -> io::Result<()> {
    let mut accounts = match accounts.lock()? {
        Lock::Locked(accounts) => accounts,
        Lock::Recovered(mut found) => {
            println!("left: cash {}, savings {}", found.cash, found.savings);
            // What is missing was on its way. The two are 100.
            found.cash = 100 - found.savings;
            found.repaired()
        }
    };
    accounts.cash -= 40;
    if killed {
        // The out-of-memory killer, say.
        let _ = raise(Signal::SIGKILL);
    }
    accounts.savings += 40;
    println!("cash {}, savings {}", accounts.cash, accounts.savings);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let accounts = RobustMutex::<Accounts>::new()?;
    accounts.lock()?.or_repair(|_| {}).cash = 100;
    for killed in [true, false] {
        let mut teller = ForkedChild::start(|| {
            i32::from(transfer(&accounts, killed).is_err())
        })?;
        println!("teller: {}", teller.wait()?);
    }
    Ok(())
}
