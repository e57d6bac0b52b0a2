//! A Python object is used where the GIL has been given up.
//@ error: E0277
//@ repair: gil_primes

use pyo3::prelude::*;

#[pyfunction]
fn count_odd(
    py: Python<'_>,
    numbers: Vec<u32>,
    report: Bound<'_, PyAny>,
) -> PyResult<usize> {
    py.detach(|| {
        //~^ E0277
        let odd = numbers.iter().filter(|&n| n % 2 == 1).count();
        report.call1((odd,))?;
        Ok(odd)
    })
}
