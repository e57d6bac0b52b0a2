//! What chapter 2 builds and its listings share.

pub mod access_log;
pub mod interrupts;
pub mod loading_bay;
pub mod photos;
pub mod price_service;
pub mod prices;
pub mod published;
pub mod retries;
pub mod semaphore;
pub mod text;
pub mod worker_pool;
