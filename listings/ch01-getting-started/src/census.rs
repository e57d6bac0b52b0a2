//! Counts the processes and threads that workers ran in.

use nix::unistd::gettid;
use std::collections::HashSet;
use std::process;

/// Where the caller runs, for [`Census::count`]: the ids of its process and
/// of its thread. Linux numbers threads like processes, see gettid(2).
pub fn whereabouts() -> String {
    format!("{} {}", process::id(), gettid())
}

/// The processes and threads that were seen so far.
#[derive(Debug, Default)]
pub struct Census {
    processes: HashSet<String>,
    threads: HashSet<String>,
}

impl Census {
    /// How many processes and how many threads do these [`whereabouts`] name
    /// that no earlier ones did? Words behind the first two do not matter.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch01_getting_started::census::{Census, whereabouts};
    /// use std::thread;
    ///
    /// let mut census = Census::default();
    /// assert_eq!(census.count(&[whereabouts()]), (1, 1));
    /// let other = thread::spawn(whereabouts).join().unwrap();
    /// assert_eq!(census.count(&[whereabouts(), other]), (0, 1));
    /// ```
    pub fn count(&mut self, reports: &[String]) -> (usize, usize) {
        let before = (self.processes.len(), self.threads.len());
        for report in reports {
            let mut words = report.split_whitespace().map(str::to_owned);
            self.processes.extend(words.next());
            self.threads.extend(words.next());
        }
        (
            self.processes.len() - before.0,
            self.threads.len() - before.1,
        )
    }
}
