//! The checks behind the book: finds the listings, reads what each of them
//! promises, runs it where it can do no harm, and compares.
//!
//! A program's way: [`listing`] finds it, [`directives`] reads its promise,
//! [`build`] and [`python`] make it runnable, [`sandbox`] runs it (watched by
//! [`deadlock`]) and reports what happened, [`verdict`] holds the report
//! against the promise, with [`output`] for the text. [`sanitizer`] runs it
//! once more, to see its data races, and [`lock_order`], to see in which order
//! it takes its locks. [`rejected`] does the same for what the compiler must refuse; [`layout`] looks at the files'
//! names and places; [`trials`] makes a named test of each.

pub mod build;
pub mod deadlock;
pub mod directives;
pub mod layout;
pub mod listing;
pub mod lock_order;
pub mod output;
pub mod python;
pub mod rejected;
pub mod repeat;
pub mod sandbox;
pub mod sanitizer;
pub mod trials;
pub mod verdict;
