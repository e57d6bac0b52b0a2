//! The sample's library.
pub mod greeting;
