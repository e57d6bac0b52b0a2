//! What chapter 5 builds and its listings share. What processes share is
//! about Linux.

#[cfg(not(target_os = "linux"))]
compile_error!("chapter 5 asks Linux's kernel, and builds on Linux alone");
