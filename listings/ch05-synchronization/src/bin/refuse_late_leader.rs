//! A leader is stopped between its look and its write. Meanwhile its lease is
//! over, another one leads, and the late write is refused.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch05_synchronization::fenced::{Fenced, Stale};
use ch05_synchronization::lease::Lease;
use nix::sys::signal::{Signal, raise};
use rustix::process::pidfd_send_signal;
use std::error::Error;
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

shareable! {
    struct Office {
        lease: Lease,
        booked: Fenced,
    }
}

const TIME: Duration = Duration::from_millis(20);

fn book(office: &Office, term: u32, stops: bool) -> Result<(), Stale> {
    // A look that writes its term: earlier ones are refused from here on.
    let days = office.booked.update(term, |days| days)?;
    if stops {
        // A debugger, a frozen container, a machine that swaps.
        raise(Signal::SIGSTOP).expect("a process may stop itself");
    }
    office.booked.update(term, |_| days + 1)?;
    Ok(())
}

/// Books three days, and may be stopped at the first.
fn lead(office: &Office, stops: bool) -> Result<(), Box<dyn Error>> {
    let term = loop {
        match office.lease.try_take(TIME)? {
            Some(term) => break term,
            None => thread::sleep(TIME / 4),
        }
    };
    println!("term {term} begins");
    for _ in 0..3 {
        if !office.lease.renew(term, TIME)? {
            println!("term {term} is over");
            break;
        }
        if let Err(stale) = book(office, term, stops) {
            println!("term {term} is refused: {stale}");
            break;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let office = Shared::<Office>::new()?;
    let start =
        |stops| ForkedChild::start(|| i32::from(lead(&office, stops).is_err()));
    let mut first = start(true)?;
    while first.stopped()?.is_none() && first.try_wait()?.is_none() {
        thread::yield_now();
    }
    assert!(start(false)?.wait()?.success());
    pidfd_send_signal(first.as_fd(), rustix::process::Signal::CONT)?;
    assert!(first.wait()?.success());
    println!("days booked: {}", office.booked.read().0);
    Ok(())
}
