//! Struck while it reports a task, or while it waits for reports.

use super::{Error, Fault, LIMIT, Queue, Step, asleep, strike};
use ch03_processes::fork::ForkedChild;

/// What one process gets and reports, one after the other.
const TASKS: u32 = 3;

/// The exit status of a process whose `join` answered that a peer is dead.
const TOLD: i32 = 5;

/// One process reports tasks, and one waits in `join`; either is struck: how
/// often.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn struck_at_join() -> Result<u32, String> {
    let mut struck = 0;
    for (fault, nth) in
        [(Fault::Kill, 1), (Fault::Exit, TASKS), (Fault::Stop, TASKS)]
    {
        for step in [Step::DoneBegun, Step::DoneCounted, Step::Waking] {
            struck += reporter(fault, step, nth)
                .map_err(|e| format!("{fault:?}, {step:?}, {nth}: {e}"))?;
        }
        struck += waiter(fault).map_err(|e| format!("{fault:?}: {e}"))?;
    }
    Ok(struck)
}

fn tasks() -> Result<Queue<u32>, Error> {
    let queue = Queue::new(TASKS as usize, 8)?;
    (0..TASKS).try_for_each(|task| queue.put(&task))?;
    Ok(queue)
}

fn join(queue: &Queue<u32>) -> i32 {
    match queue.join_timeout(LIMIT) {
        Ok(()) => 0,
        Err(Error::PeerDied) => TOLD,
        Err(_) => 1,
    }
}

/// The one that reports is struck.
fn reporter(fault: Fault, step: Step, nth: u32) -> Result<u32, String> {
    let queue = tasks().map_err(|e| e.to_string())?;
    let bell = &queue.head.done.bell;
    let joins = ForkedChild::start(|| join(&queue));
    let mut joins = joins.map_err(|e| e.to_string())?;
    let reports = ForkedChild::start(|| {
        strike::arm(step, nth, fault);
        let mut tasks = queue.iter().take(TASKS as usize);
        let done = tasks.try_for_each(|task| {
            task.map_err(|e| e.to_string())?;
            // So that there is somebody to be woken, each time.
            asleep(bell)?;
            queue.task_done().map_err(|e| e.to_string())
        });
        i32::from(done.is_err())
    });
    let mut reports = fault.struck(reports.map_err(|e| e.to_string())?)?;
    let status = joins.wait_timeout(LIMIT).map_err(|e| e.to_string())?;
    let is_lost =
        fault != Fault::Stop && (nth < TASKS || step == Step::DoneBegun);
    let expected = if is_lost { TOLD } else { 0 };
    if status.and_then(|status| status.code()) != Some(expected) {
        return Err(format!("join: {status:?}, and not {expected}"));
    }
    fault.ended(&mut reports)?;
    Ok(1)
}

/// The one that waits is struck, and another one waits instead.
fn waiter(fault: Fault) -> Result<u32, String> {
    let queue = tasks().map_err(|e| e.to_string())?;
    let joins = ForkedChild::start(|| {
        strike::arm(Step::Sleeping, 1, fault);
        join(&queue)
    });
    let mut joins = fault.struck(joins.map_err(|e| e.to_string())?)?;
    for _ in 0..TASKS {
        queue.get().map_err(|e| e.to_string())?;
        queue.task_done().map_err(|e| e.to_string())?;
    }
    let joined = queue.join_timeout(LIMIT);
    joined.map_err(|e| format!("the other: {e}"))?;
    fault.ended(&mut joins)?;
    Ok(1)
}
