//! Random sizes, CPU times and arrivals, against queues that are solved exactly.
//!
//! Times are in services, a load of 0.8 unless said otherwise. Reference values: Kleinrock, *Queueing
//! Systems*, vol. 1 (1975), chapters 3 (M/M/1, M/M/1/K, M/M/c), 5 (M/H2/1) and 6 (GI/M/1), computed
//! with 50 digits; modulated arrivals by the matrix-geometric method (Neuts 1981); tandems by
//! Jackson (1957).

use super::*;
use crate::measure::Stage;

/// Sizes whose transmission takes [`SERVICE`] on average.
fn sizes(law: UnitLaw) -> PacketSize {
    PacketSize::Scaled {
        law,
        mean: SIZE,
        max: Bytes::new(65_536),
    }
}

/// One task whose packets have exponential sizes, and come as `arrivals` at a load of 0.8.
fn exponential_sizes(arrivals: Arrivals) -> Vec<TaskGroup> {
    let traffic = Traffic {
        arrivals,
        packet_size: sizes(UnitLaw::Exponential),
        ..poisson(0.8)
    };
    vec![group("a", 1, traffic)]
}

/// Packets of `groups` at a link with a queue of `capacity`, for 50,000 services.
fn at_link(capacity: Capacity, groups: Vec<TaskGroup>) -> Point {
    let egress = Egress::Shared {
        queue: EniQueue::fifo(capacity),
        allowance: link(),
    };
    let mut scenario = scenario(Mode::Host, egress, groups);
    scenario.window.measure = SimDuration::from_ms(500);
    assert!(!scenario.needs_event_loop());
    replications(&scenario)
}

/// Mean wait in `stage` in services.
fn wait(point: &Point, stage: Stage) -> Estimate {
    let us = point.stage_us(stage, |_| true);
    Estimate {
        mean: us.mean / 10.0,
        standard_error: us.standard_error / 10.0,
    }
}

/// Oracle: M/M/1. Sojourns are exponential with the rate 1 − ρ.
#[test]
fn exponential_sizes_make_mm1() {
    let point = at_link(Capacity::Unlimited, exponential_sizes(Arrivals::Poisson));
    wait(&point, Stage::EniWait).assert_is("mean wait", 4.0);
    for (p, quantile) in [(0.5, 3.4657359028), (0.99, 23.0258509299)] {
        let beyond = point.beyond_us(10.0 * quantile);
        beyond.assert_is(&format!("beyond p{}", 100.0 * p), 1.0 - p);
    }
}

/// Oracle: M/M/1/K, with the K of which one is in service.
#[test]
fn exponential_sizes_and_little_room_make_mm1k() {
    for (k, loss, sojourn) in [
        (5, 0.088819498656, 2.563065207),
        (10, 0.02349285758, 3.797097504),
    ] {
        let capacity = Capacity::Packets(count(k));
        let point = at_link(capacity, exponential_sizes(Arrivals::Poisson));
        point.loss().assert_is(&format!("loss, K = {k}"), loss);
        let mean = mean_sojourn(&point, 0);
        mean.assert_is(&format!("sojourn, K = {k}"), sojourn);
    }
}

/// Oracle: M/G/1 with the scv of the sizes, W = ρ (1 + scv)/(2 (1 − ρ)): M/E4/1 and M/H2/1.
#[test]
fn other_sizes_make_mg1() {
    let erlang = UnitLaw::Erlang { shape: count(4) };
    let hyperexponential = UnitLaw::Hyperexponential { scv: 4.0 };
    for (law, mean) in [(erlang, 2.5), (hyperexponential, 10.0)] {
        let mut groups = exponential_sizes(Arrivals::Poisson);
        groups[0].traffic.packet_size = sizes(law);
        let point = at_link(Capacity::Unlimited, groups);
        wait(&point, Stage::EniWait).assert_is(&format!("{law:?}"), mean);
    }
}

/// Oracle: GI/M/1, W = σ/(1 − σ) with the root σ of σ = A*(1 − σ).
#[test]
fn renewal_arrivals_and_exponential_sizes_make_gim1() {
    let erlang = |shape| {
        Arrivals::Renewal(UnitLaw::Erlang {
            shape: count(shape),
        })
    };
    for (arrivals, mean) in [
        (Arrivals::Periodic, 1.69273083992),
        (erlang(4), 2.26738361032),
        (erlang(2), 2.84397976699),
        (Arrivals::Renewal(UnitLaw::Uniform), 2.52077784547),
        (Arrivals::Renewal(UnitLaw::Exponential), 4.0),
        (
            Arrivals::Renewal(UnitLaw::Hyperexponential { scv: 4.0 }),
            9.81919277198,
        ),
    ] {
        let point = at_link(Capacity::Unlimited, exponential_sizes(arrivals.clone()));
        wait(&point, Stage::EniWait).assert_is(&format!("{arrivals:?}"), mean);
    }
}

/// Oracle: MMPP(2)/M/1. With rates 1.4 and 0.2 and states of a service each, L = 4.83735641114; as
/// an interrupted Poisson process of rate 4, on for a service and off for four, 13.7856996786. The
/// sojourn is L/0.8.
#[test]
fn modulated_arrivals_and_exponential_sizes_make_mmpp_m_1() {
    for (weights, services, l) in [
        ([7.0, 1.0], [1, 1], 4.83735641114),
        ([7.0, 1.0], [10, 10], 10.9827942615),
        ([1.0, 0.0], [1, 4], 13.7856996786),
    ] {
        let states = [0, 1].map(|state: usize| MmppState {
            weight: weights[state],
            duration: SimDuration::from_us(10 * services[state]),
        });
        let arrivals = Arrivals::Mmpp(states);
        let point = at_link(Capacity::Unlimited, exponential_sizes(arrivals));
        let mean = mean_sojourn(&point, 0);
        mean.assert_is(&format!("{weights:?} for {services:?}"), l / 0.8);
    }
}

/// A stack of `cores` that take an exponential time per packet, [`SERVICE`] on average, in front of
/// `allowance`.
fn behind(cores: u32, allowance: Allowance, groups: Vec<TaskGroup>) -> Scenario {
    let mut scenario = scenario(Mode::Host, shared(allowance), groups);
    scenario.network.host_stack = Some(HostStack {
        law: UnitLaw::Exponential,
        ..HostStack::shared(count(cores), SERVICE)
    });
    scenario.window.measure = SimDuration::from_ms(500);
    scenario
}

/// Oracle: M/M/c. The probability to wait is Erlang's C, from his B by recursion, and the mean wait
/// C/(c (1 − ρ)).
#[test]
fn exponential_cpu_times_make_mmc() {
    for (cores, erlang_c) in [(1, 0.8), (2, 0.711111111111), (4, 0.596432471787)] {
        let load = 0.8 * f64::from(cores);
        let groups = vec![group("a", 1, poisson(load))];
        let point = replications(&behind(cores, fast_link(), groups));
        let expected = erlang_c / (f64::from(cores) * 0.2);
        let what = format!("wait on {cores} cores");
        wait(&point, Stage::HostStackWait).assert_is(&what, expected);
    }
}

/// Oracle: M/M/1/K at a host stack with a short backlog.
#[test]
fn exponential_cpu_times_and_a_short_backlog_make_mm1k() {
    let mut scenario = behind(1, fast_link(), vec![group("a", 1, poisson(0.8))]);
    scenario.network.host_stack.as_mut().unwrap().capacity = Some(count(5));
    let point = replications(&scenario);
    point.loss().assert_is("loss", 0.088819498656);
}

/// Oracle: Jackson. CPU times and sizes are independent, so host stack and link are two M/M/1
/// queues that know nothing of each other: the sojourn is the sum of two exponential times, Erlang
/// with two stages, each of mean 5.
#[test]
fn a_stack_and_a_link_are_a_tandem() {
    let groups = exponential_sizes(Arrivals::Poisson);
    let point = replications(&behind(1, link(), groups));
    wait(&point, Stage::HostStackWait).assert_is("wait for the stack", 4.0);
    wait(&point, Stage::EniWait).assert_is("wait for the link", 4.0);
    for (p, quantile) in [(0.5, 8.39173495008), (0.99, 33.19176034)] {
        let beyond = point.beyond_us(10.0 * quantile);
        beyond.assert_is(&format!("beyond p{}", 100.0 * p), 1.0 - p);
    }
}

/// Packet networks are no Jackson networks unless sizes and CPU times are drawn apart: with a fixed
/// time per packet at both stations, nobody waits at the second.
#[test]
fn equal_packets_do_not_wait_twice() {
    let mut scenario = behind(1, link(), vec![group("a", 1, poisson(0.8))]);
    scenario.network.host_stack.as_mut().unwrap().law = UnitLaw::Deterministic;
    let point = replications(&scenario);
    assert_eq!(wait(&point, Stage::EniWait).mean, 0.0);
}

/// Common random numbers: the n-th packet of a task takes the same CPU time in every mode, and so
/// does every packet together if none is lost.
#[test]
fn cpu_times_are_the_same_in_every_mode() {
    let served = |mode: Mode, egress: Egress| {
        let groups = vec![group("a", 2, poisson(0.2)), group("b", 1, poisson(0.3))];
        let mut scenario = behind(1, fast_link(), groups);
        (scenario.network.mode, scenario.network.egress) = (mode, egress);
        // Every packet sent is recorded until it is delivered.
        scenario.window.warm_up = SimDuration::ZERO;
        let m = replication(&scenario, 0);
        let means = m.tasks.iter().map(|task| task.stage_mean_ns.unwrap());
        let of_stage = means.map(|means| means[Stage::HostStackService as usize]);
        of_stage.collect::<Vec<f64>>()
    };
    let host = served(Mode::Host, shared(link()));
    let awsvpc = served(Mode::Awsvpc, per_task(Arbitration::RoundRobin, None));
    let trunk = Trunk { capacity: None };
    let trunk = served(Mode::AwsvpcTrunk, per_task(Arbitration::Fifo, Some(trunk)));
    assert_eq!(host, awsvpc);
    assert_eq!(host, trunk);
    assert!(
        host.iter().all(|ns| (ns / 1e4 - 1.0).abs() < 0.05),
        "{host:?}"
    );
}
