//! What chapter 1 builds and its listings share.

pub mod affinity;
pub mod census;
pub mod container;
pub mod fork;
pub mod hourly_log;
pub mod primes;
pub mod usage;
