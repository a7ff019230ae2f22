//! What the simulator is held against: results that are known without simulating.

mod expectations;
mod oracles;
