//! What the simulator is held against: results that are known without simulating.

mod against_oracles;
mod curated;
mod data_path;
mod disciplines;
mod drr_bounds;
mod equality;
mod expectations;
mod flow_logs;
mod host_stack;
mod laws;
mod life_cycle;
mod monotonicity;
mod predictions;
mod scale;
mod scenarios;
mod trials;
mod work_conservation;
