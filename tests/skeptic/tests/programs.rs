//! Every whole program of the book and of the README compiles as a reader
//! would copy it.

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
