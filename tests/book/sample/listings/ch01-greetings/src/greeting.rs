//! A greeting.

// ANCHOR: text
/// What to say.
pub const TEXT: &str = "hello";
// ANCHOR_END: text
