//! Results against what their experiment gives when it is run again.
//!
//! A sample of trials is compared row by row, or everything file by file. Whoever runs the trials
//! again is not the business of this module: it chooses them and compares what is there.

mod difference;
mod files;
mod sample;
mod tables;

pub use difference::Difference;
pub use files::{Compared, compare_all};
pub use sample::sample;
pub use tables::compare_rows;
