//! A canary: what is no inversion must not be called one, and std's locks can
//! all that they can without being watched.

use std::collections::HashMap;
use std::sync::{
    Arc, Condvar, LazyLock, Mutex, MutexGuard, Once, OnceLock, RwLock, RwLockReadGuard,
    RwLockWriteGuard, TryLockError,
};
use std::thread;
use std::time::Duration;

static NAMES: Mutex<Vec<&str>> = Mutex::new(Vec::new());
static TABLE: LazyLock<RwLock<HashMap<&str, u32>>> = LazyLock::new(RwLock::default);
static LIMIT: OnceLock<u32> = OnceLock::new();
static START: Once = Once::new();

thread_local! {
    static SEEN: RwLock<u32> = const { RwLock::new(0) };
}

#[derive(Debug, Default)]
struct Shared {
    first: Mutex<u32>,
    second: Mutex<u32>,
    filled: Condvar,
}

fn both(shared: &Shared) -> (MutexGuard<'_, u32>, MutexGuard<'_, u32>) {
    (shared.first.lock().unwrap(), shared.second.lock().unwrap())
}

/// The other order, which waits for nobody.
fn tried(shared: &Shared) -> bool {
    let _second = shared.second.lock().unwrap();
    shared.first.try_lock().is_ok()
}

fn downgraded<'a>(mut table: RwLockWriteGuard<'a, HashMap<&'static str, u32>>) -> u32 {
    table.insert("b", 2);
    let table: RwLockReadGuard<'a, _> = RwLockWriteGuard::downgrade(table);
    table.values().sum()
}

/// What has a lock of its own each time is no order between two.
fn made_anew() {
    for turn in 0..2 {
        let locks = [Mutex::new(0), Mutex::new(0)];
        let [first, second] = if turn == 0 { [0, 1] } else { [1, 0] };
        let _first = locks[first].lock().unwrap();
        let _second = locks[second].lock().unwrap();
    }
}

fn main() {
    let shared = Arc::new(Shared::default());
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                let (mut first, mut second) = both(&shared);
                *first += 1;
                *second += 1;
                shared.filled.notify_all();
            });
        }
        let first = shared.first.lock().unwrap();
        let first = shared.filled.wait_while(first, |n| *n < 2).unwrap();
        let long = Duration::from_secs(20);
        let waited = shared.filled.wait_timeout_while(first, long, |n| *n < 2);
        let (first, timeout) = waited.unwrap();
        assert!(!timeout.timed_out());
        println!("{first} {:?}", *first);
    });
    assert!(tried(&shared));
    let second = shared.second.try_lock().unwrap();
    let refused = thread::scope(|s| {
        let refused = s.spawn(|| matches!(shared.second.try_lock(), Err(TryLockError::WouldBlock)));
        refused.join().unwrap()
    });
    drop(second);
    made_anew();

    START.call_once(|| NAMES.lock().unwrap().push("started"));
    let limit = LIMIT.get_or_init(|| 2);
    TABLE.write().unwrap().insert("a", *limit);
    let sum = downgraded(TABLE.write().unwrap());
    SEEN.with(|seen| *seen.write().unwrap() += TABLE.read().unwrap()["a"]);

    let slices: Arc<Mutex<[u32]>> = Arc::new(Mutex::new([1, 2]));
    let broken = Arc::clone(&slices);
    let panicked = thread::spawn(move || {
        let _slice = broken.lock().unwrap();
        // A panic that nobody hears.
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(panicked.join().is_err() && slices.is_poisoned());
    let taken = slices.lock().unwrap_or_else(|e| e.into_inner()).len();
    slices.clear_poison();

    let (first, second) = Arc::into_inner(shared).map_or((0, 0), |shared| {
        let second = shared.second.into_inner().unwrap();
        (shared.first.into_inner().unwrap(), second)
    });
    println!("{refused} {sum} {taken} {first} {second} {:?}", NAMES.lock());
}
