//! What chapter 2 builds and its listings share.

pub mod access_log;
pub mod loading_bay;
pub mod photos;
pub mod published;
pub mod semaphore;
