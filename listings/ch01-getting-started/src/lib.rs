//! What chapter 1 builds and its listings share. What asks Linux's kernel is
//! configured out elsewhere; the listings that use it do not build there.

#[cfg(target_os = "linux")]
pub mod affinity;
#[cfg(target_os = "linux")]
pub mod census;
#[cfg(target_os = "linux")]
pub mod container;
#[cfg(target_os = "linux")]
pub mod fork;
pub mod hourly_log;
pub mod primes;
#[cfg(target_os = "linux")]
pub mod usage;
