//! The models that shuttle checks, each with the very sources of the book, in which
//! `std` is the package `std-for-shuttle`.

include!(concat!(env!("OUT_DIR"), "/models.rs"));
