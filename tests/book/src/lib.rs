//! Checks of the book: its pages as they are written ([`pages`]), as they
//! are rendered ([`rendered`]), and their links ([`links`]). Each answers
//! with its faults, a line each that names the file and says what to do.

pub use mdbook_driver::config::Config;

pub mod links;
pub mod pages;
pub mod rendered;
