//! What chapter 1 builds and its listings share.

pub mod affinity;
pub mod fork;
pub mod primes;
pub mod usage;
