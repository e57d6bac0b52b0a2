//! One of three processes that meet at a barrier is killed: the others are
//! told, and the barrier is made whole for three new ones.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use ch05_synchronization::barrier::{Barrier, BarrierError};
use nix::sys::signal::{Signal, raise};
use std::error::Error;

fn work(
    barrier: &Barrier<3>,
    strip: usize,
    victim: Option<usize>,
) -> Result<(), BarrierError> {
    let mut member = barrier.join(strip)?;
    member.wait()?;
    if victim == Some(strip) {
        let _ = raise(Signal::SIGKILL);
    }
    member.wait()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let barrier = Shared::<Barrier<3>>::new()?;
    for victim in [Some(1), None] {
        let mut strips = Vec::new();
        for strip in 0..3 {
            let child = ForkedChild::start(|| {
                i32::from(work(&barrier, strip, victim).is_err())
            })?;
            barrier.expect(strip, Peer::of(child.pid() as u32)?)?;
            strips.push(child);
        }
        for (i, strip) in strips.iter_mut().enumerate() {
            println!("strip {i}: {}", strip.wait()?);
        }
        if victim.is_some() {
            let error = barrier.broken().expect("nobody else broke it");
            println!("broken: {error}");
        }
        barrier.reset()?;
    }
    Ok(())
}
