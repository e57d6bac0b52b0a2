//! What chapter 1 builds and its listings share.

pub mod fork;
pub mod primes;
