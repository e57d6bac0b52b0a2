//! What chapter 4 builds and its listings share. It is about Linux throughout.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "chapter 4 asks Linux's kernel for pipes and shared memory, and builds on Linux alone"
);

pub mod belt;
pub mod camera;
pub mod connection;
pub mod handover;
mod readiness;
