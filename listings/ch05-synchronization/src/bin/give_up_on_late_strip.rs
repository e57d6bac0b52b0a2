//! One member comes too late: who has waited long enough gives up, and that
//! breaks the barrier for all.

use ch05_synchronization::barrier::Barrier;
use std::thread;
use std::time::Duration;

fn main() {
    let barrier = Barrier::<3>::new();
    let [mut patient, mut hurried, mut late] =
        [0, 1, 2].map(|number| barrier.join(number).expect("it is new"));
    thread::scope(|scope| {
        let patient = scope.spawn(move || patient.wait());
        let hurried = scope
            .spawn(move || hurried.wait_timeout(Duration::from_millis(20)));
        println!("hurried: {}", hurried.join().unwrap().unwrap_err());
        println!("patient: {}", patient.join().unwrap().unwrap_err());
        println!("late: {}", late.wait().unwrap_err());
    });
}
