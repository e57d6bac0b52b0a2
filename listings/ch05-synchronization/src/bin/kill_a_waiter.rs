//! One of two waiters is killed in its sleep; setting the event wakes the
//! other.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::asleep::until_asleep_in;
use ch05_synchronization::event::Event;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let loaded = Shared::<Event>::new()?;
    let waiter = || {
        ForkedChild::start(|| {
            loaded.wait();
            0
        })
    };
    let (mut victim, mut other) = (waiter()?, waiter()?);
    for child in [&victim, &other] {
        until_asleep_in(libc::SYS_futex, child.pid())?;
    }
    victim.kill()?;
    println!("one waiter: {}", victim.wait()?);
    loaded.set();
    println!("set");
    println!("the other: {}", other.wait()?);
    Ok(())
}
