//! Who has waited long enough gives up, and that breaks the barrier for all.
//! Made whole again, it is called off by a member that finds no work.

use ch05_synchronization::barrier::{Barrier, BarrierError, Member};
use std::thread;
use std::time::Duration;

fn members(barrier: &Barrier<3>) -> Result<[Member<'_, 3>; 3], BarrierError> {
    Ok([barrier.join(0)?, barrier.join(1)?, barrier.join(2)?])
}

fn main() -> Result<(), BarrierError> {
    let barrier = Barrier::<3>::new();
    let [mut patient, mut hurried, mut late] = members(&barrier)?;
    thread::scope(|scope| {
        let patient = scope.spawn(move || patient.wait());
        let hurried = scope
            .spawn(move || hurried.wait_timeout(Duration::from_millis(20)));
        println!("hurried: {}", hurried.join().unwrap().unwrap_err());
        println!("patient: {}", patient.join().unwrap().unwrap_err());
        println!("late: {}", late.wait().unwrap_err());
    });

    drop(late);
    barrier.reset()?;
    let [mut one, mut other, third] = members(&barrier)?;
    thread::scope(|scope| {
        let one = scope.spawn(move || one.wait());
        let other = scope.spawn(move || other.wait());
        third.abort();
        for thread in [one, other] {
            println!("waited: {}", thread.join().unwrap().unwrap_err());
        }
    });
    Ok(())
}
