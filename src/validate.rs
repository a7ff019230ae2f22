//! Every number that theory knows, against the simulator: `enibench validate`.
//!
//! A [`Case`] is one number with its reference. Cases of the same [`Setup`] are read from the same
//! simulated packets, and the setups of one theory are a [`Group`], a file each in `cases`: adding
//! a group is adding a file there and naming it in [`GROUPS`].
//!
//! # How a number is judged
//! - **Estimates**: independent replications give a value and its standard error; the t-score of
//!   its distance from the reference, turned into the normal score of the same probability, must
//!   be within 4.5: a false alarm in 150,000 checks. Tails are compared as probabilities at the
//!   exact quantile, because exceedances come in clusters and their number has no binomial error.
//! - **Identities** hold on every sequence of packets, to the picosecond or the packet.
//! - **Ceilings** hold on every sequence of packets too, but as inequalities, and **bounds** are
//!   inequalities of means, which hold but for 4.5 standard errors.
//!
//! Why so: [record 20](crate::design::d0020_scores_against_theory).
//!
//! What does not belong here: theory itself, and statistics of experiments.

mod case;
mod cases;
mod csv;
mod json;
mod judge;
mod reading;
mod run;
mod select;
mod table;

pub use self::csv::to_csv;
pub use case::{Case, Comparison, Group, Judged, Length, Part, Reading, Setup};
pub use cases::GROUPS;
pub use json::{SCHEMA_VERSION, to_json};
pub use judge::{Finding, STANDARD_ERRORS, Scores, Verdict};
pub use run::{Outcome, Plan, Report, ValidateError, run};
pub use select::{NoSuchCase, select};
pub use table::to_table;

#[cfg(test)]
mod tests;
