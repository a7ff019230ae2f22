//! VPC Flow Logs of a simulated instance, in the formats in which AWS delivers them.
//!
//! A record tells the packets of one 5-tuple on one ENI in one aggregation interval. So the network
//! mode decides what a log is worth: with an ENI per task each task's traffic can be read off the
//! interface; where tasks share the primary ENI, all records carry its identifier and address, and
//! only ports tell the tasks apart. In bridge mode docker0's NAT has replaced the container's
//! address before the ENI, so not even `pkt-srcaddr` has it.
//!
//! ```text
//! counts of flows (measure) + identities (made up) → records → text or Parquet
//! ```
//!
//! # What is told
//! - Packets that arrived within the measurement window, when they cross the ENI; `bytes` are bytes
//!   on the wire, where the service counts those of IP.
//! - `start` and `end`: the first and the last of them, in seconds from 2026-01-01T00:00:00Z, the
//!   start of every trial; of `NODATA` the bounds of the interval within the window.
//! - `tcp-flags`: connections that come and go have SYN (2) and FIN (1), on the server's side with
//!   ACK (16); those that last were opened before: 0; of rejected ones only the SYN is seen.
//! - `traffic-path`: 1 within the VPC, 8 through an internet gateway.
//! - What does not apply is `-` in text, and in a text column of Parquet; a null in a column of
//!   numbers. Sublocations and service names never apply.
//!
//! # Left out
//! Traffic that is not an experiment's: of the ECS agent, of the instance's own ENI in `awsvpc`.
//! IPv6, and records that the service skips (`SKIPDATA`).
//!
//! Source: Amazon VPC User Guide, flow log records.

mod field;
mod format;
mod identity;
mod parquet_file;
mod record;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use field::{FIELDS, Field, ParquetType};
pub use format::{Format, FormatError};
pub use identity::{Identities, Interface, TaskIdentity};
pub use parquet_file::{ParquetError, parquet};
pub use record::{EPOCH_UNIX_S, Record, Seen, Tuple};
pub use text::text;
pub use value::Value;

use crate::measure::FlowCount;
use crate::scenario::Scenario;
use crate::units::SimDuration;

/// The flow log of all ENIs that the tasks of one trial use.
#[derive(Clone, Debug)]
pub struct FlowLog {
    /// Who is who.
    identities: Identities,
    /// Interval by interval, then by ENI and 5-tuple.
    records: Vec<Record>,
}

impl FlowLog {
    /// The log of a trial of `scenario` that gave `counts`, which were counted in aggregation
    /// intervals of length `interval`.
    pub fn new(scenario: &Scenario, counts: &[FlowCount], interval: SimDuration) -> Self {
        let identities = Identities::new(scenario);
        let records = record::records(scenario, &identities, counts, interval);
        FlowLog {
            identities,
            records,
        }
    }

    /// Its records.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The ENIs that it tells of.
    pub fn interfaces(&self) -> &[Interface] {
        &self.identities.interfaces
    }
}
