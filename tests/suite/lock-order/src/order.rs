//! Who holds what, and in which order it was taken.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Arc, LockResult, Mutex, Once, OnceLock, PoisonError, TryLockError, TryLockResult};
use tracing_mutex::stdsync::tracing::RwLock;
use tracing_mutex::util::set_cycle_handler;

/// Where a lock is taken.
pub type Place = &'static Location<'static>;

/// A lock, as the graph knows it. Nobody writes to it, so that nobody ever
/// waits for it, and every way to lock stands for itself: two readers of one
/// `RwLock` are two that take it.
type Node = Arc<RwLock<()>>;

thread_local! {
    static HELD: RefCell<Vec<(Node, Place)>> = const { RefCell::new(Vec::new()) };
    /// What tracing-mutex said to this thread's last order.
    static SAID: Cell<Option<String>> = const { Cell::new(None) };
}

/// The places of two locks, one taken while the other was held.
type Orders = Mutex<BTreeSet<[Place; 2]>>;

/// Every order so far.
static SEEN: Orders = Mutex::new(BTreeSet::new());
/// Those that closed a cycle.
static REPORTED: Orders = Mutex::new(BTreeSet::new());

/// A lock's name, given when it is first taken.
#[derive(Default)]
pub struct Name(OnceLock<Node>);

/// A lock that this thread holds, until this is dropped.
pub struct Held(Node);

impl Name {
    pub const fn new() -> Self {
        Name(OnceLock::new())
    }

    fn node(&self) -> &Node {
        self.0.get_or_init(Node::default)
    }

    /// This thread is about to take the lock, and waits until it has it.
    #[track_caller]
    pub fn take(&self) -> Held {
        Held::waiting(self.node().clone(), Location::caller())
    }

    /// This thread has got the lock without having waited: no order, but one
    /// to those that it takes from now on.
    pub fn got(&self, place: Place) -> Held {
        Held::having(self.node().clone(), place)
    }
}

impl Held {
    fn waiting(node: Node, place: Place) -> Held {
        // Let go before anything is said: who listens may take locks.
        let held = HELD.with_borrow(Vec::clone);
        for (other, taken) in held {
            order(&other, taken, &node, place);
        }
        Held::having(node, place)
    }

    fn having(node: Node, place: Place) -> Held {
        HELD.with_borrow_mut(|held| held.push((node.clone(), place)));
        Held(node)
    }

    /// Gives the lock back while `wait` runs, and waits for it again.
    #[track_caller]
    pub fn released<T>(self, wait: impl FnOnce() -> T) -> (Held, T) {
        let node = self.0.clone();
        drop(self);
        let result = wait();
        (Held::waiting(node, Location::caller()), result)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.with_borrow_mut(|held| {
            let last = held
                .iter()
                .rposition(|(node, _)| Arc::ptr_eq(node, &self.0));
            held.remove(last.expect("a guard stays on its thread"));
        });
    }
}

/// Tells tracing-mutex that `second` is taken while `first` is held, and
/// reports what it says.
fn order(first: &Node, taken: Place, second: &Node, place: Place) {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        set_cycle_handler(|message| SAID.set(Some(message.trim_end().to_owned())));
    });
    {
        // Both together for a moment, and none of all the others: each order
        // is told by itself.
        let _first = first.read();
        let _second = second.read();
    }
    let said = SAID.take();
    let places = [taken, place];
    if let Some(message) = said
        && lock(&REPORTED).insert(places)
    {
        let mut report = format!("{message}\n  now:    {}", told(places));
        for earlier in &*lock(&SEEN) {
            report += &format!("\n  before: {}", told(*earlier));
        }
        eprintln!("{report}");
    }
    lock(&SEEN).insert(places);
}

fn told([taken, place]: [Place; 2]) -> String {
    let [taken, place] = [taken, place].map(|at| format!("{}:{}", at.file(), at.line()));
    format!("{place} takes a lock, after one that is held since {taken}")
}

fn lock(orders: &Orders) -> std::sync::MutexGuard<'_, BTreeSet<[Place; 2]>> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same result, with what is made of the guard.
pub fn mapped<G, T>(result: LockResult<G>, make: impl FnOnce(G) -> T) -> LockResult<T> {
    match result {
        Ok(guard) => Ok(make(guard)),
        Err(poisoned) => Err(PoisonError::new(make(poisoned.into_inner()))),
    }
}

/// The same for a lock that was only tried.
pub fn tried<G, T>(result: TryLockResult<G>, make: impl FnOnce(G) -> T) -> TryLockResult<T> {
    match result {
        Ok(guard) => Ok(make(guard)),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
        Err(TryLockError::Poisoned(poisoned)) => {
            Err(PoisonError::new(make(poisoned.into_inner())).into())
        }
    }
}
