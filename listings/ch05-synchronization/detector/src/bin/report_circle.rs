//! Three tellers wait in a circle, and the program itself draws it.
//@ exit: 1
//@ repair: transfer_by_number

use parking_lot::{Mutex, deadlock};
use std::collections::HashMap;
use std::process::ExitCode;
use std::ptr;
use std::sync::Barrier;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

struct Account {
    name: &'static str,
    cents: Mutex<i64>,
}

impl Account {
    const fn new(name: &'static str) -> Self {
        let cents = Mutex::new(30_000);
        Account { name, cents }
    }
}

static RENT: Account = Account::new("rent");
static SAVINGS: Account = Account::new("savings");
static WAGES: Account = Account::new("wages");
static ALL_HOLD_ONE: Barrier = Barrier::new(3);

#[derive(Clone, Copy)]
struct Transfer {
    teller: &'static str,
    from: &'static Account,
    to: &'static Account,
}

impl Transfer {
    fn make(self) {
        let mut from = self.from.cents.lock();
        ALL_HOLD_ONE.wait();
        let mut to = self.to.cents.lock();
        *from -= 100;
        *to += 100;
    }
}

/// Who is stuck in `make` holds `from`, and waits for `to`.
fn draw(circle: &[Transfer]) {
    println!("digraph waits {{");
    for waiting in circle {
        let holds = |other: &&Transfer| ptr::eq(other.from, waiting.to);
        let holder = circle.iter().find(holds).expect("it is a circle");
        let (who, whom) = (waiting.teller, holder.teller);
        println!("    {who} -> {whom} [label=\"{}\"]", waiting.to.name);
    }
    println!("}}");
}

fn main() -> ExitCode {
    let transfer = |teller, from, to| Transfer { teller, from, to };
    let transfers = [
        transfer("ann", &RENT, &SAVINGS),
        transfer("ben", &SAVINGS, &WAGES),
        transfer("cat", &WAGES, &RENT),
    ];
    let (working, all_done) = mpsc::channel::<()>();
    let mut by_thread = HashMap::new();
    for transfer in transfers {
        let working = working.clone();
        // Not scoped: a scope would wait for threads that never end.
        let teller = thread::spawn(move || {
            transfer.make();
            drop(working);
        });
        by_thread.insert(teller.thread().id(), transfer);
    }
    drop(working);

    let look = Duration::from_millis(10);
    while all_done.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
        if let Some(stuck) = deadlock::check_deadlock().first() {
            let ids = stuck.iter().map(|thread| thread.thread_id());
            let mut circle: Vec<_> = ids.map(|id| by_thread[&id]).collect();
            circle.sort_by_key(|transfer| transfer.teller);
            draw(&circle);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
