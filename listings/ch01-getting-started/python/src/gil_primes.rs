//! Counts primes for Python, with the GIL held and released.

use pyo3::prelude::*;
use rayon::prelude::*;
use std::ops::Range;

/// Counts primes, with the GIL held and released.
#[pymodule]
pub mod gil_primes {
    use super::{count, count_in_parts};
    use pyo3::prelude::*;

    /// Counts on the calling thread, which keeps the GIL.
    #[pyfunction]
    fn count_attached(start: u32, end: u32) -> usize {
        count(start..end)
    }

    /// Counts on the calling thread, and leaves the GIL to others meanwhile.
    #[pyfunction]
    fn count_detached(py: Python<'_>, start: u32, end: u32) -> usize {
        py.detach(|| count(start..end))
    }

    /// Counts on rayon's pool, and calls `report` with each part's count.
    #[pyfunction]
    fn count_on_pool(
        py: Python<'_>,
        start: u32,
        end: u32,
        report: Py<PyAny>,
    ) -> PyResult<usize> {
        py.detach(|| count_in_parts(start..end, &report))
    }

    /// The same, but keeps the GIL: once there is a part to report, it never
    /// returns.
    #[pyfunction]
    fn count_on_pool_attached(
        start: u32,
        end: u32,
        report: Py<PyAny>,
    ) -> PyResult<usize> {
        count_in_parts(start..end, &report)
    }
}

fn count_in_parts(numbers: Range<u32>, report: &Py<PyAny>) -> PyResult<usize> {
    let starts: Vec<u32> = numbers.clone().step_by(10_000).collect();
    let parts = starts.into_par_iter().map(|start| {
        let end = numbers.end.min(start.saturating_add(10_000));
        let primes = count(start..end);
        // The worker waits here until no other thread holds the GIL, and
        // drops what `report` returns while it holds the GIL itself.
        Python::attach(|py| report.call1(py, (primes,)).map(drop))?;
        Ok(primes)
    });
    parts.sum()
}

fn count(numbers: Range<u32>) -> usize {
    numbers.filter(|&n| is_prime(n)).count()
}

fn is_prime(n: u32) -> bool {
    let mut divisors = (2..).take_while(|&d| d <= n / d);
    n >= 2 && divisors.all(|d| !n.is_multiple_of(d))
}
