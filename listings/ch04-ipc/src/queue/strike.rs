//! Where [`faults`](super::faults) may strike a process.

use super::faults::Fault;
use crate::slots::Step;
use std::cell::Cell;

thread_local! {
    static ARMED: Cell<Option<(Step, u32, Fault)>> = const { Cell::new(None) };
}

/// Lets `fault` strike this process, once, when this thread comes to `step`
/// for the `nth` time from now.
pub fn arm(step: Step, nth: u32, fault: Fault) {
    ARMED.set(Some((step, nth, fault)));
}

/// For the slots: this process is at `step`.
#[inline]
pub fn at(step: Step) {
    if let Some((at, left, fault)) = ARMED.get()
        && at == step
    {
        count(step, left, fault);
    }
}

#[cold]
fn count(step: Step, left: u32, fault: Fault) {
    if left > 1 {
        return ARMED.set(Some((step, left - 1, fault)));
    }
    ARMED.set(None);
    fault.strike();
}
