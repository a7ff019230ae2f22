//! Trials of tasks that start and stop, and what is recorded of them over time.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::scenarios::scenario;
use crate::measure::{Measurements, TaskState};
use crate::model;
use crate::scenario::*;
use crate::units::{SimDuration, SimTime};

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

/// Steps of fixed lengths; the ENI's two take `eni`, if there is one.
fn laws(eni: Option<SimDuration>, schedules: Vec<Schedule>) -> LifeCycle {
    let fixed = |time| TimeLaw::Fixed(time);
    LifeCycle {
        eni: eni.map(|time| EniSteps {
            attach: fixed(time),
            attach_timeout: ms(180_000),
            detach: fixed(time),
            places: None,
            attached: 0,
        }),
        pull: fixed(ms(2)),
        start: fixed(ms(1)),
        register: fixed(ms(1)),
        drain: fixed(ms(3)),
        stop: fixed(ms(1)),
        stop_timeout: ms(30_000),
        schedules,
    }
}

/// What a group offered, delivered and lost: in the tasks' accounts and in the intervals.
fn accounts(measured: &Measurements, group: usize) -> [(u64, u64); 2] {
    let tasks = measured.tasks.iter().filter(|task| task.group == group);
    let of_tasks = tasks.map(|task| (task.delivered_packets, task.dropped_packets()));
    let intervals = measured.series[group].iter();
    let of_intervals = intervals.map(|i| (i.sojourn_histogram.count(), i.dropped_packets));
    let add = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, a.1 + b.1);
    [of_tasks.fold((0, 0), add), of_intervals.fold((0, 0), add)]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(13),
        ..ProptestConfig::default()
    })]

    /// Twin: the same scenario without a series. To follow a trial through time changes nothing
    /// else, and over intervals that fill the window the counts add up to those of the tasks.
    #[test]
    fn a_series_adds_up_and_changes_nothing(mut scenario in scenario(), seed in any::<u64>()) {
        let plain = model::simulate(&scenario, seed, 0);
        scenario.series_interval = Some(SimDuration::from_ps(scenario.window.measure.as_ps() / 1000));
        let mut followed = model::simulate(&scenario, seed, 0);
        for group in 0..scenario.task_groups.len() {
            let [tasks, intervals] = accounts(&followed, group);
            prop_assert_eq!(tasks, intervals);
        }
        followed.series.clear();
        prop_assert_eq!(followed, plain);
    }

    /// Oracle: the definition of a window. With a life cycle, a task offers what it would offer if
    /// it ran all the time from its RUNNING state on: moved there and cut at the end of its
    /// DEACTIVATING state. Here it starts at 1 ms, runs from 5 ms on, and the packets of the first
    /// 10 ms of a trial are those of the window from 5 ms to 15 ms.
    #[test]
    fn a_task_offers_the_same_packets_later(mut scenario in scenario(), seed in any::<u64>()) {
        let window = |warm_up, measure| Window { warm_up, measure };
        scenario.window = window(SimDuration::ZERO, ms(10));
        let early = model::simulate(&scenario, seed, 0);
        let schedule = Schedule::Span {
            start: Some(SimTime::ZERO + ms(1)),
            stop: Some(SimTime::ZERO + ms(12)),
        };
        scenario.life_cycle = Some(laws(None, vec![schedule; scenario.task_groups.len()]));
        // The stop asked for at 12 ms is drained at 15 ms: nothing comes after the window.
        scenario.window = window(ms(5), ms(20));
        let late = model::simulate(&scenario, seed, 0);
        for (early, late) in early.tasks.iter().zip(&late.tasks) {
            prop_assert_eq!(early.offered_packets, late.offered_packets);
            prop_assert_eq!(early.offered_bytes, late.offered_bytes);
        }
        let states = late.timeline.iter().filter(|t| t.state == TaskState::Running);
        let running: Vec<u64> = states.map(|t| t.at_ps).collect();
        prop_assert_eq!(running, vec![ms(5).as_ps(); scenario.task_count()]);
    }
}

/// Common random numbers: if the ENI's steps take no time, a task lives the same life in a mode with
/// an ENI per task as in one without, whatever its random steps take.
#[test]
fn modes_meet_the_same_random_times() {
    let deployment = Deployment::of_percent(SimTime::ZERO + ms(1), 2, 50, 150);
    let timeline = |eni| {
        let mut laws = laws(eni, vec![Schedule::Deployment(deployment)]);
        laws.pull = TimeLaw::Exponential { mean: ms(2) };
        laws.drain = TimeLaw::LogNormal {
            median: ms(1),
            p99: ms(9),
        };
        let rate = crate::units::PacketRate::new(1000.0).unwrap();
        let size = PacketSize::Fixed(crate::units::Bytes::new(100));
        let traffic = Traffic::outbound(Arrivals::Poisson, rate, size);
        let network = Network::outbound(Mode::None, None, Egress::Refused, SimDuration::ZERO);
        let scenario = Scenario {
            window: Window {
                warm_up: SimDuration::ZERO,
                measure: ms(100),
            },
            throughput_interval: ms(1),
            network,
            task_groups: vec![TaskGroup::own("api".to_owned(), 4, traffic)],
            life_cycle: Some(laws),
            series_interval: None,
        };
        model::simulate(&scenario, 3, 0).timeline
    };
    let without = timeline(None);
    assert_eq!(without, timeline(Some(SimDuration::ZERO)));
    // Two run at first, go through four states more; two new ones enter four up to RUNNING.
    assert_eq!(without.len(), 2 + 2 * 4 + 2 * 4, "{without:?}");
}
