//! Records a trial event by event, as it happens: every account the obvious way, and Little's law
//! checked to the picosecond at the end.

mod backlog;
mod recorder;
mod series;
mod stage_times;
mod throughput;

pub use recorder::{Inside, LiveRecorder};
pub use stage_times::StageTimes;
