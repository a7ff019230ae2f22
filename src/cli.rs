//! The commands of the program, one module per verb.

pub mod instances;
