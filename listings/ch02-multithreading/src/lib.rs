//! What chapter 2 builds and its listings share.

pub mod loading_bay;
pub mod published;
pub mod semaphore;
