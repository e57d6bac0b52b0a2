//! What chapter 3 builds and its listings share. It is about Linux throughout.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "chapter 3 asks Linux's kernel for processes, and builds on Linux alone"
);

pub mod child;
pub mod frame;
pub mod helper;
mod mapping;
pub mod meeting;
pub mod process_pool;
pub mod seqlock;
pub mod shared;
pub mod table;
