//! What chapter 3 builds and its listings share. It is about Linux throughout.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "chapter 3 asks Linux's kernel for processes, and builds on Linux alone"
);

#[cfg(doctest)]
mod alone;
pub mod death_signal;
pub mod fork;
pub mod fork_server;
pub mod frame;
pub mod mapping;
pub mod meeting;
pub mod pidfd;
pub mod pool_server;
pub mod process_pool;
pub mod seqlock;
pub mod shared;
pub mod signals;
pub mod small_shm;
pub mod smaps;
pub mod supervisor;
pub mod table;
