//! What chapter 4 builds and its listings share. It is about Linux throughout.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "chapter 4 asks Linux's kernel for pipes and shared memory, and builds \
     on Linux alone"
);

pub mod asleep;
pub mod barrier;
pub mod belt;
pub mod camera;
pub mod collectives;
pub mod connection;
pub mod dictionary;
pub mod exchange;
pub mod frames;
pub mod futex;
pub mod handover;
pub mod here;
pub mod peer;
pub mod pipe_ends;
mod polling;
pub mod queue;
pub mod ring;
pub mod server;
pub mod slots;
pub mod spin;
pub mod stage;
