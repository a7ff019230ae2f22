//! What random laws cost.

use super::arrivals_of;
use crate::scenario::{Arrivals, PacketSize, Scenario, TaskGroup};

/// Drawing a stage of a random law on one core of a 2026 server \[ns\].
const STAGE_NS: f64 = 10.0;

/// Expected time of one trial for drawing from random laws, beyond what arrivals and sizes take
/// without them \[ns\].
pub(super) fn ns(scenario: &Scenario) -> f64 {
    let stack = scenario.network.host_stack;
    let cpu_time = stack.map_or(0, |stack| stack.law.stages());
    let groups = scenario.task_groups.iter().enumerate();
    let stages = |(number, group): (usize, &TaskGroup)| {
        let gap = match &group.traffic.arrivals {
            Arrivals::Renewal(law) => law.stages(),
            Arrivals::Mmpp(_) => 1,
            Arrivals::Periodic | Arrivals::Poisson | Arrivals::OnOff { .. } => 0,
        };
        let size = match &group.traffic.packet_size {
            PacketSize::Scaled { law, .. } => law.stages(),
            _ => 0,
        };
        arrivals_of(scenario, number) * f64::from(cpu_time + gap + size)
    };
    STAGE_NS * groups.map(stages).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    /// By hand: 80 000 packets/s for a second, each with a gap of four stages, a size of one and a
    /// CPU time of one.
    #[test]
    fn random_laws_take_time_stage_by_stage() {
        let stages = |arrivals: &str, size: &str, law: &str| {
            let text = format!(
                r#"question = "q"
measure = "1 s"
[instance]
egress = "1 Gbit/s"
host-stack = {{ cores = 1, per-packet = "1 us", distribution = "{law}" }}
[network]
mode = "host"
[[task]]
name = "a"
traffic = {{ {arrivals}, rate = "80000 packets/s", packet-size = {size} }}
"#
            );
            let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
            ns(&experiment.points[0].scenario) / STAGE_NS / 80e3
        };
        let erlang =
            "arrivals = \"renewal\", inter-arrival = { distribution = \"erlang\", shape = 4 }";
        let exponential = "{ distribution = \"exponential\", mean = \"1250 B\" }";
        assert_eq!(
            stages("arrivals = \"poisson\"", "\"1250 B\"", "deterministic"),
            0.0
        );
        assert_eq!(stages(erlang, "\"1250 B\"", "deterministic"), 4.0);
        assert_eq!(stages(erlang, exponential, "uniform"), 6.0);
        let mmpp = "arrivals = \"mmpp\", weights = [7, 1], durations = [\"1 ms\", \"1 ms\"]";
        assert_eq!(stages(mmpp, "\"1250 B\"", "deterministic"), 1.0);
    }
}
