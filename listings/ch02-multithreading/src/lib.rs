//! What chapter 2 builds and its listings share.

pub mod interrupts;
pub mod price_service;
pub mod retries;
pub mod worker_pool;
