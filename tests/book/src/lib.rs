//! Checks of the rendered book.
