//! The models that loom checks, each with the very sources of the book, in which
//! `std` is the package `std-for-loom`.

include!(concat!(env!("OUT_DIR"), "/models.rs"));
