//! Result directories: what a run leaves behind.

pub mod read;
