//! What chapter 2 builds and its listings share.

pub mod access_log;
pub mod photos;
