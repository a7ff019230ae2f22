//! What a trial will cost, before it runs: events, time, memory.

use crate::scenario::{Allowance, Arbitration, Capacity, Egress, Route, Scenario};

// Times on one core of a 2026 server, from `cargo bench --bench headline` and the curated
// experiments. Each is what the work takes beside the rest.

/// Drawing a packet and putting it in order \[ns\].
const ARRIVAL_NS: f64 = 6.5;

/// Crossing a link with packets of its size only, and being recorded with them \[ns\].
const ALIKE_NS: f64 = 5.0;

/// Crossing a link and being recorded alone \[ns\].
const ALONE_NS: f64 = 10.0;

/// Drawing a size and its transmission time \[ns\].
const SIZE_NS: f64 = 5.0;

/// Waiting for round robin or DRR \[ns\].
const ARBITRATION_NS: f64 = 12.0;

/// A core of the host stack \[ns\].
const HOST_STACK_NS: f64 = 8.0;

/// The allowance's shaper \[ns\].
const SHAPER_NS: f64 = 6.0;

/// All of it in an event loop, where a packet takes part in two or three events \[ns\].
const EVENT_LOOP_NS: f64 = 350.0;

/// For each doubling of the number of tasks: memory that is farther away \[ns\].
const DOUBLING_NS: f64 = 1.2;

/// Tasks whose records are all at hand.
const NEAR_TASKS: f64 = 16.0;

/// Making a trial, and turning what it recorded into measurements and files \[ns\].
const TRIAL_NS: f64 = 1e6;

/// The same for each of its tasks \[ns\].
const TASK_NS: f64 = 20e3;

/// Memory of the process without any trial, plots included \[bytes\].
pub const PROCESS_BYTES: f64 = 9e6;

/// Memory of a trial without its tasks: the packets of a span, several times \[bytes\].
const TRIAL_BYTES: f64 = 1e6;

/// Memory of one task: its source, its record and its counts up to some hundred milliseconds of
/// sojourn \[bytes\].
const TASK_BYTES: f64 = 20e3;

/// Memory of one packet waiting in a queue \[bytes\].
const PACKET_BYTES: f64 = 64.0;

/// Expected number of packets that arrive in one trial.
///
/// Those of warm-up and window, and of as long again as the window where the offered load exceeds
/// what leaves.
fn arrivals(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let recorded = (window.warm_up + window.measure).as_s_lossy();
    let drain = if is_overloaded(scenario) {
        window.measure.as_s_lossy()
    } else {
        0.0
    };
    scenario.offered_packets_per_s() * (recorded + drain)
}

/// Expected number of events of one trial of `scenario`: each arrival is followed by the
/// completions of the stages that take time.
pub fn events(scenario: &Scenario) -> f64 {
    let through = way_out(scenario).passing().min(way_in(scenario).passing());
    let mut stages = 1.0;
    if scenario.network.host_stack.is_some() {
        stages += 1.0;
    }
    if scenario.network.egress != Egress::Refused {
        stages += through;
        if !scenario.network.propagation.is_zero() {
            stages += through;
        }
    }
    arrivals(scenario) * stages
}

/// Expected run time of one trial on one core \[s\].
pub fn seconds(scenario: &Scenario) -> f64 {
    let tasks = scenario.task_count() as f64;
    let far = (tasks / NEAR_TASKS).log2().max(0.0);
    let packets = arrivals(scenario) * (packet_ns(scenario) + DOUBLING_NS * far);
    (packets + TRIAL_NS + TASK_NS * tasks) / 1e9
}

/// Expected time per packet, for a few tasks \[ns\].
fn packet_ns(scenario: &Scenario) -> f64 {
    if scenario.needs_event_loop() {
        return EVENT_LOOP_NS;
    }
    let network = &scenario.network;
    let (arbitrated, shaped) = match network.egress {
        Egress::Refused => (false, false),
        Egress::Shared { allowance, .. } => (false, is_shaped(allowance)),
        Egress::PerTask {
            arbitration,
            allowance,
            ..
        } => {
            let turns = matches!(
                arbitration,
                Arbitration::RoundRobin | Arbitration::Drr { .. }
            );
            (turns, is_shaped(allowance))
        }
    };
    let equal_sizes = scenario.packet_size().is_some();
    let host_stack = network.host_stack.is_some();
    let alike = equal_sizes && !host_stack && !arbitrated && !shaped;
    let when = |does: bool, ns: f64| if does { ns } else { 0.0 };
    ARRIVAL_NS
        + if alike { ALIKE_NS } else { ALONE_NS }
        + when(!equal_sizes, SIZE_NS)
        + when(arbitrated, ARBITRATION_NS)
        + when(host_stack, HOST_STACK_NS)
        + when(shaped, SHAPER_NS)
}

fn is_shaped(allowance: Allowance) -> bool {
    matches!(allowance, Allowance::TokenBucket(_))
}

/// Expected memory of one running trial \[bytes\].
pub fn bytes(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let excess = way_out(scenario).excess() + way_in(scenario).excess();
    let mean_size = scenario.offered_bits_per_s() / 8.0 / scenario.offered_packets_per_s();
    let seconds = (window.warm_up + window.measure + window.measure).as_s_lossy();
    let waiting = excess / 8.0 / mean_size * seconds;
    let room = queue_capacity_packets(scenario, mean_size);
    let tasks = scenario.task_count() as f64 * TASK_BYTES;
    TRIAL_BYTES + tasks + waiting.min(room) * PACKET_BYTES
}

/// Packets of `mean_size` that all ENI queues hold together.
fn queue_capacity_packets(scenario: &Scenario, mean_size: f64) -> f64 {
    let (queue, enis) = match scenario.network.egress {
        Egress::Refused => return 0.0,
        Egress::Shared { queue, .. } => (queue, 1),
        Egress::PerTask { queue, .. } => (queue, scenario.own_task_count()),
    };
    let each = match queue.capacity {
        Capacity::Unlimited => f64::INFINITY,
        Capacity::Packets(packets) => f64::from(packets.get()),
        Capacity::Bytes(bytes) => bytes.get() as f64 / mean_size,
    };
    each * enis as f64
}

/// A direction of packets through the ENIs.
struct Way {
    /// What is to pass [bit/s].
    offered: f64,
    /// What can pass in the long run [bit/s].
    capacity: f64,
}

impl Way {
    /// The part of the packets that passes.
    fn passing(&self) -> f64 {
        if self.offered > self.capacity {
            self.capacity / self.offered
        } else {
            1.0
        }
    }

    /// What cannot pass [bit/s].
    fn excess(&self) -> f64 {
        (self.offered - self.capacity).max(0.0)
    }
}

/// The way out of the instance, or of its tasks where each has its own.
fn way_out(scenario: &Scenario) -> Way {
    let own_enis = matches!(scenario.network.egress, Egress::PerTask { .. });
    let leaves = |route: Route| match route {
        Route::Out | Route::Resolver => true,
        Route::In => false,
        Route::ToGroup(_) => own_enis,
    };
    Way {
        offered: offered(scenario, leaves),
        capacity: capacity(scenario, scenario.network.egress.allowance()),
    }
}

/// The way in.
fn way_in(scenario: &Scenario) -> Way {
    let own_enis = matches!(scenario.network.egress, Egress::PerTask { .. });
    let enters = |route: Route| match route {
        Route::Out | Route::Resolver => false,
        Route::In => true,
        Route::ToGroup(_) => own_enis,
    };
    Way {
        offered: offered(scenario, enters),
        capacity: capacity(scenario, scenario.network.ingress),
    }
}

/// What traffic of these routes offers [bit/s].
fn offered(scenario: &Scenario, routes: impl Fn(Route) -> bool) -> f64 {
    let groups = scenario.task_groups.iter();
    let through = groups.filter(|group| routes(group.traffic.route));
    through.map(|group| group.offered_bits_per_s()).sum()
}

/// What all ENIs together are granted by `allowance` in the long run [bit/s].
fn capacity(scenario: &Scenario, allowance: Option<Allowance>) -> f64 {
    let Some(allowance) = allowance else {
        return f64::INFINITY;
    };
    let each = allowance.line_rate().bits_per_s() as f64;
    match scenario.network.egress {
        Egress::PerTask {
            arbitration: Arbitration::Dedicated,
            ..
        } => each * scenario.own_task_count() as f64,
        _ => each,
    }
}

/// Whether recorded packets may still be inside long after the window.
fn is_overloaded(scenario: &Scenario) -> bool {
    [way_out(scenario), way_in(scenario)]
        .iter()
        .any(|way| way.offered >= way.capacity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    /// The scenario of 80 000 packets/s of 1250 B, 0.8 Gbit/s, for a second.
    fn scenario(mode: &str, egress: &str, traffic: &str) -> Scenario {
        let text = format!(
            r#"question = "q"
measure = "1 s"
[instance]
egress = "{egress}"
[network]
mode = "{mode}"
propagation = "0 s"
[[task]]
name = "a"
traffic = {{ {traffic} arrivals = "poisson", rate = "80000 packets/s", packet-size = "1250 B" }}
"#
        );
        let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
        Scenario::clone(&experiment.points[0].scenario)
    }

    /// Oracle: an arrival and a transmission for each packet; where more is offered than passes,
    /// arrivals go on for another second and half of the packets are not transmitted.
    #[test]
    fn only_what_leaves_overloads_the_way_out() {
        let events_of = |egress: &str, traffic: &str| {
            let scenario = scenario("host", egress, traffic);
            (events(&scenario) / 80e3 * 1e6).round() / 1e6
        };
        assert_eq!(events_of("1 Gbit/s", ""), 2.0);
        assert_eq!(events_of("400 Mbit/s", ""), 2.0 * 1.5);
        assert_eq!(events_of("1 Gbit/s", "direction = \"in\","), 2.0);
        // As much is granted on the way in.
        assert_eq!(events_of("400 Mbit/s", "direction = \"in\","), 2.0 * 1.5);
    }

    #[test]
    fn an_event_loop_takes_longer_than_stations_one_by_one() {
        let spans = scenario("awsvpc", "1 Gbit/s", "");
        let events = scenario("awsvpc-trunk", "1 Gbit/s", "");
        let packets = 80e3;
        let longer = (seconds(&events) - seconds(&spans)) / packets * 1e9;
        assert!((longer - (EVENT_LOOP_NS - packet_ns(&spans))).abs() < 1e-6);
        assert!(longer > 200.0, "{longer}");
    }

    /// Oracle: 40 000 packets/s too many for two seconds, but a queue holds 1000.
    #[test]
    fn packets_wait_where_more_comes_than_passes() {
        let more = |egress: &str, traffic: &str| {
            let idle = bytes(&scenario("host", "1 Gbit/s", traffic));
            (bytes(&scenario("host", egress, traffic)) - idle) / PACKET_BYTES
        };
        assert_eq!(more("400 Mbit/s", ""), 1000.0);
        assert_eq!(more("400 Mbit/s", "direction = \"in\","), 1000.0);
    }
}
