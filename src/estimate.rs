//! What a trial will cost, before it runs: events, time, memory.

mod drawing;

use crate::scenario::{
    Allowance, Arbitration, Capacity, Egress, Mode, Route, Scenario, Schedule, TaskGroup, Traffic,
};
use crate::units::SimTime;

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

/// An event of the event loop: 55 to 95 in experiments 07 to 12, most where packets wait for a
/// trunk \[ns\].
const EVENT_NS: f64 = 70.0;

/// For each doubling of the number of tasks: memory that is farther away \[ns\].
const DOUBLING_NS: f64 = 1.2;

/// Tasks whose records are all at hand.
const NEAR_TASKS: f64 = 16.0;

/// Making a trial, and turning what it recorded into measurements and files \[ns\].
const TRIAL_NS: f64 = 1e6;

/// The same for each of its tasks \[ns\].
const TASK_NS: f64 = 20e3;

/// The same for each task in an event loop, whose records are larger \[ns\].
const EVENT_LOOP_TASK_NS: f64 = 100e3;

/// Memory of the process without any trial, plots included \[bytes\].
pub const PROCESS_BYTES: f64 = 9e6;

/// Memory of a trial without its tasks: the packets of a span, several times \[bytes\].
const TRIAL_BYTES: f64 = 1e6;

/// Memory of one task: its source, its record and its counts up to some hundred milliseconds of
/// sojourn \[bytes\].
const TASK_BYTES: f64 = 20e3;

/// Memory of one task in an event loop, where its histogram counts every nanosecond up to some
/// milliseconds of sojourn with three digits \[bytes\].
const EVENT_LOOP_TASK_BYTES: f64 = 100e3;

/// Memory of one connection's line at the flow cap \[bytes\].
const FLOW_BYTES: f64 = 128.0;

/// Memory of one interval of a group's series, whose histogram counts what a task's does
/// \[bytes\].
const INTERVAL_BYTES: f64 = EVENT_LOOP_TASK_BYTES;

/// Memory of one packet waiting in a queue \[bytes\].
const PACKET_BYTES: f64 = 64.0;

/// Time in which packets arrive in one trial \[s\]: warm-up and window, and where the offered load
/// exceeds what leaves, as long as full queues take to empty, at most as long again as the window.
fn arriving_s(scenario: &Scenario) -> f64 {
    let window = scenario.window;
    let measure = window.measure.as_s_lossy();
    let queued_bits =
        queue_capacity_packets(scenario, mean_size(scenario)) * mean_size(scenario) * 8.0;
    let ways = [way_out(scenario), way_in(scenario)];
    let overloaded = ways.iter().filter(|way| way.offered >= way.capacity);
    let longest = overloaded.map(|way| queued_bits / way.capacity);
    window.warm_up.as_s_lossy() + measure + longest.fold(0.0, f64::max).min(measure)
}

/// The part of the time in which packets arrive that the senders of the group at this position do
/// send, on average over those of both revisions where its tasks are replaced.
fn share_of_time(scenario: &Scenario, group: usize) -> f64 {
    let Some(laws) = &scenario.life_cycle else {
        return 1.0;
    };
    let owner = scenario.task_groups[group].tasks_of.unwrap_or(group);
    match laws.schedules[owner] {
        Schedule::Deployment(_) => 0.5,
        Schedule::Span { start, stop } => {
            let end = scenario.window.end();
            let after = |asked: SimTime, steps| asked.saturating_add(steps).min(end);
            let from = start.map_or(SimTime::ZERO, |start| after(start, laws.until_running()));
            let until = stop.map_or(end, |stop| after(stop, laws.drain.median()));
            until.saturating_since(from).as_s_lossy() / end.since(SimTime::ZERO).as_s_lossy()
        }
    }
}

/// Expected number of packets of the group at this position that arrive in one trial.
fn arrivals_of(scenario: &Scenario, group: usize) -> f64 {
    let TaskGroup { count, traffic, .. } = &scenario.task_groups[group];
    let packets_per_s = f64::from(*count) * traffic.packets_per_s();
    packets_per_s * arriving_s(scenario) * share_of_time(scenario, group)
}

/// Expected number of packets that arrive in one trial.
fn arrivals(scenario: &Scenario) -> f64 {
    let groups = 0..scenario.task_groups.len();
    groups.map(|group| arrivals_of(scenario, group)).sum()
}

/// Expected number of events of one trial of `scenario`: each arrival is followed by the
/// completions of the stages that take time.
pub fn events(scenario: &Scenario) -> f64 {
    let groups = scenario.task_groups.iter().enumerate();
    let of = |(number, group): (usize, &TaskGroup)| {
        let traffic = &group.traffic;
        let packets = traffic.message.map_or(1, |message| message.packets.get());
        let arrival = 1.0 / f64::from(packets);
        arrivals_of(scenario, number) * (arrival + stages(scenario, traffic))
    };
    groups.map(of).sum()
}

/// Expected number of stages that take time on the way of a packet of `traffic`, if it comes so
/// far.
fn stages(scenario: &Scenario, traffic: &Traffic) -> f64 {
    let network = &scenario.network;
    let when = |takes_time: bool| if takes_time { 1.0 } else { 0.0 };
    let delays = network
        .host_stack
        .is_some_and(|stack| !stack.latency.is_zero());
    let host_stack = when(network.host_stack.is_some()) + when(delays);
    if network.egress == Egress::Refused {
        return host_stack;
    }
    let propagation = when(!network.propagation.is_zero());
    let out = host_stack + way_out(scenario).passing() * (1.0 + propagation);
    let inward = if traffic.admitted {
        way_in(scenario).passing() * (1.0 + host_stack)
    } else {
        0.0
    };
    match traffic.route {
        Route::Out | Route::Resolver => out,
        Route::In => propagation + inward,
        Route::ToGroup(_) if network.has_own_enis() => out + way_out(scenario).passing() * inward,
        Route::ToGroup(_) => host_stack,
    }
}

/// Expected run time of one trial on one core \[s\].
pub fn seconds(scenario: &Scenario) -> f64 {
    let tasks = scenario.task_count() as f64;
    let far = (tasks / NEAR_TASKS).log2().max(0.0);
    let far_ns = arrivals(scenario) * DOUBLING_NS * far;
    let (work_ns, task_ns) = if scenario.needs_event_loop() {
        (events(scenario) * EVENT_NS, EVENT_LOOP_TASK_NS)
    } else {
        (arrivals(scenario) * packet_ns(scenario), TASK_NS)
    };
    (work_ns + drawing::ns(scenario) + far_ns + TRIAL_NS + task_ns * tasks) / 1e9
}

/// Expected time per packet, station by station, for a few tasks \[ns\].
fn packet_ns(scenario: &Scenario) -> f64 {
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
    let mean_size = mean_size(scenario);
    let seconds = (window.warm_up + window.measure + window.measure).as_s_lossy();
    let waiting = excess / 8.0 / mean_size * seconds;
    let room = queue_capacity_packets(scenario, mean_size);
    let each = match scenario.needs_event_loop() {
        true => EVENT_LOOP_TASK_BYTES,
        false => TASK_BYTES,
    };
    let tasks = scenario.task_count() as f64 * each;
    let flows = scenario.capped_flows() as f64 * FLOW_BYTES;
    let intervals = scenario.series_interval.map_or(0.0, |interval| {
        let each = (window.measure.as_ps() / interval.as_ps()) as f64;
        each * scenario.task_groups.len() as f64
    });
    TRIAL_BYTES + tasks + flows + intervals * INTERVAL_BYTES + waiting.min(room) * PACKET_BYTES
}

/// Mean size of a packet \[bytes\].
fn mean_size(scenario: &Scenario) -> f64 {
    scenario.offered_bits_per_s() / 8.0 / scenario.offered_packets_per_s()
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
    let network = &scenario.network;
    let leaves = |traffic: &Traffic| match traffic.route {
        Route::Out | Route::Resolver => true,
        Route::In => false,
        Route::ToGroup(_) => network.has_own_enis(),
    };
    let links = match network.egress {
        Egress::PerTask {
            arbitration: Arbitration::Dedicated,
            ..
        } => scenario.own_task_count(),
        _ => 1,
    };
    Way {
        offered: offered(scenario, leaves),
        capacity: capacity(network.egress.allowance(), links),
    }
}

/// The way in: one link whatever the arbitration, but in Fargate.
fn way_in(scenario: &Scenario) -> Way {
    let network = &scenario.network;
    let enters = |traffic: &Traffic| match traffic.route {
        Route::Out | Route::Resolver => false,
        Route::In => traffic.admitted,
        Route::ToGroup(_) => traffic.admitted && network.has_own_enis(),
    };
    let links = match network.mode {
        Mode::Fargate => scenario.own_task_count(),
        _ => 1,
    };
    Way {
        offered: offered(scenario, enters),
        capacity: capacity(network.ingress, links),
    }
}

/// What this traffic offers [bit/s].
fn offered(scenario: &Scenario, is_of_it: impl Fn(&Traffic) -> bool) -> f64 {
    let groups = scenario.task_groups.iter().enumerate();
    let through = groups.filter(|(_, group)| is_of_it(&group.traffic));
    let at_a_time = |number: usize, group: &TaskGroup| {
        let senders = f64::from(scenario.senders_at_a_time(number));
        group.offered_bits_per_s() * senders / f64::from(group.count)
    };
    through
        .map(|(number, group)| at_a_time(number, group))
        .sum()
}

/// What `links` of this allowance grant in the long run [bit/s].
fn capacity(allowance: Option<Allowance>, links: usize) -> f64 {
    allowance.map_or(f64::INFINITY, |allowance| {
        allowance.line_rate().bits_per_s() as f64 * links as f64
    })
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
    /// arrivals go on for the 25 ms in which a queue of 1000 packets empties at 400 Mbit/s, and half
    /// of the packets are not transmitted.
    #[test]
    fn only_what_leaves_overloads_the_way_out() {
        let events_of = |egress: &str, traffic: &str| {
            let scenario = scenario("host", egress, traffic);
            (events(&scenario) / 80e3 * 1e6).round() / 1e6
        };
        assert_eq!(events_of("1 Gbit/s", ""), 2.0);
        assert_eq!(events_of("400 Mbit/s", ""), 1.5375);
        assert_eq!(events_of("1 Gbit/s", "direction = \"in\","), 2.0);
        // As much is granted on the way in.
        assert_eq!(events_of("400 Mbit/s", "direction = \"in\","), 1.5375);
    }

    #[test]
    fn an_event_loop_takes_longer_than_stations_one_by_one() {
        let spans = scenario("awsvpc", "1 Gbit/s", "");
        let events = scenario("awsvpc-trunk", "1 Gbit/s", "");
        let packets = 80e3;
        let longer = (seconds(&events) - seconds(&spans)) / packets * 1e9;
        let tasks = (EVENT_LOOP_TASK_NS - TASK_NS) / packets;
        assert!((longer - (2.0 * EVENT_NS - packet_ns(&spans) + tasks)).abs() < 1e-6);
        assert!(longer > 50.0, "{longer}");
    }

    /// Oracle: the events that the loop counts in a trial, which gives a packet or two more than the
    /// mean. Two groups, of which the second is on each of the ways in turn, or sends from 60 ms on,
    /// or until 70 ms.
    #[test]
    fn each_way_has_the_events_that_the_loop_counts() {
        let of = |mode: &str, traffic: &str, life: &str, steps: &str| {
            let text = format!(
                r#"question = "q"
measure = "200 ms"
[instance]
egress = "1 Gbit/s"
host-stack = {{ cores = 2, per-packet = "1 us" }}
packet-allowance = "1000000 packets/s"
[network]
mode = "{mode}"
[[task]]
name = "a"
count = 2
traffic = {{ arrivals = "periodic", rate = "10000 packets/s", packet-size = "1250 B" }}
[[task]]
name = "b"
count = 2
{life}
traffic = {{ {traffic} arrivals = "periodic", rate = "10000 packets/s" }}
[life-cycle]
{steps}
"#
            );
            let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
            let scenario = experiment.points[0].scenario.clone();
            let expected = events(&scenario);
            let trial = crate::trial::Trial {
                scenario,
                seed: 1,
                replication: 0,
            };
            let counted = trial.run().unwrap().events as f64;
            let off = (counted / expected - 1.0).abs();
            assert!(
                off < 0.02,
                "{mode} {traffic} {life}: {counted} for {expected}"
            );
        };
        let size = "packet-size = \"100 B\",";
        for mode in [
            "bridge",
            "host",
            "awsvpc",
            "awsvpc-trunk",
            "fargate",
            "none",
        ] {
            for way in ["", "direction = \"in\",", "to = \"a\","] {
                of(mode, &format!("{way} {size}"), "", "");
            }
        }
        of("bridge", "message-size = \"2 kB\",", "", "");
        let life = "start-at = \"20 ms\"";
        let steps = "attach = \"10 ms\"\npull = \"10 ms\"\nstart = \"10 ms\"\nregister = \"10 ms\"";
        of("awsvpc", size, life, steps);
        of("bridge", size, "stop-at = \"50 ms\"", "drain = \"20 ms\"");
    }

    /// By hand: two groups, of 100 intervals each.
    #[test]
    fn a_series_takes_memory_for_each_group_and_interval() {
        let mut scenario = scenario("awsvpc-trunk", "1 Gbit/s", "");
        scenario.task_groups.push(scenario.task_groups[0].clone());
        let without = bytes(&scenario);
        scenario.series_interval = Some(crate::units::SimDuration::from_ms(10));
        let more = bytes(&scenario) - without;
        assert!((more / INTERVAL_BYTES - 200.0).abs() < 1e-6, "{more}");
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
