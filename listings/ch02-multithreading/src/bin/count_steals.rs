//! Counts the halves of a job that an idle worker takes from a busy one.
//@ twin: none (the workers of a Python executor share one queue)

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGES: usize = 64;

#[derive(Default)]
struct Tally {
    words: AtomicUsize,
    /// Halves that a worker offered to the other one.
    offered: AtomicUsize,
    stolen: AtomicUsize,
    pages_of: [AtomicUsize; 2],
}

impl Tally {
    /// Counts `pages`; `both` holds the first two halves until both run.
    fn count(&self, pages: &[String], both: Option<&Barrier>) {
        if let [page] = pages {
            let words = page.split_whitespace().count();
            self.words.fetch_add(words, Relaxed);
            let worker = rayon::current_thread_index().expect("in the pool");
            self.pages_of[worker].fetch_add(1, Relaxed);
            return;
        }
        self.offered.fetch_add(1, Relaxed);
        let (left, right) = pages.split_at(pages.len() / 2);
        let meet = || both.map(Barrier::wait);
        rayon::join_context(
            |_| {
                meet();
                self.count(left, None);
            },
            |context| {
                self.stolen.fetch_add(context.migrated().into(), Relaxed);
                meet();
                self.count(right, None);
            },
        );
    }
}

fn main() -> Result<(), ThreadPoolBuildError> {
    // The later the page, the longer.
    let pages: Vec<_> = (1..=PAGES).map(|n| "word ".repeat(50 * n)).collect();
    let tally = Tally::default();
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    pool.install(|| tally.count(&pages, Some(&Barrier::new(2))));
    println!("{} words", tally.words.into_inner());
    let (offered, stolen) = (tally.offered, tally.stolen.into_inner());
    println!("{} halves offered, ~{stolen} stolen", offered.into_inner());
    assert!(stolen > 0);
    let [first, second] = tally.pages_of.map(AtomicUsize::into_inner);
    println!("~{first} pages by worker 0, ~{second} by worker 1");
    Ok(())
}
