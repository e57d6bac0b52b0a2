//! What chapter 3 builds and its listings share. It is about Linux throughout.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "chapter 3 asks Linux's kernel for processes, and builds on Linux alone"
);

pub mod fork_server;
pub mod forked;
pub mod pidfd;
pub mod signals;
pub mod smaps;
pub mod supervisor;
