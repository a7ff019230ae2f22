//! The life of tasks against timetables written by hand, and rolling updates against their limits.

use proptest::prelude::*;

use super::*;
use crate::measure::{StopReason, TaskState};
use crate::scenario::{
    Allowance, Arrivals, Capacity, Deployment, Egress, EniQueue, EniSteps, LifeCycle, Mode,
    Network, PacketSize, Schedule, TaskGroup, TimeLaw, Traffic, Window,
};
use crate::units::{Bytes, DataRate, PacketRate, SimDuration};
use TaskState::*;

fn ms(ms: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_ms(ms)
}

fn fixed(ms: u64) -> TimeLaw {
    TimeLaw::Fixed(SimDuration::from_ms(ms))
}

/// Steps of lengths whose sums tell which of them were taken [ms].
fn laws(eni: Option<EniSteps>, schedules: Vec<Schedule>) -> LifeCycle {
    LifeCycle {
        eni,
        pull: fixed(20),
        start: fixed(4),
        register: fixed(3),
        drain: fixed(50),
        stop: fixed(600),
        stop_timeout: SimDuration::from_ms(100),
        schedules,
    }
}

fn eni(places: u32, attached: u32) -> Option<EniSteps> {
    Some(EniSteps {
        attach: fixed(1000),
        attach_timeout: SimDuration::from_s(3),
        detach: fixed(2000),
        places: Some(places),
        attached,
    })
}

/// Groups of these sizes, for 1000 s.
fn scenario(counts: &[u32], laws: LifeCycle) -> Scenario {
    let size = PacketSize::Fixed(Bytes::new(1250));
    let traffic = Traffic::outbound(Arrivals::Periodic, PacketRate::new(10.0).unwrap(), size);
    let group = |(number, count): (usize, &u32)| {
        TaskGroup::own(format!("group-{number}"), *count, traffic.clone())
    };
    let queue = EniQueue::fifo(Capacity::Unlimited);
    let allowance = Allowance::Link(DataRate::new(1_000_000_000).unwrap());
    let egress = Egress::Shared { queue, allowance };
    Scenario {
        window: Window {
            warm_up: SimDuration::ZERO,
            measure: SimDuration::from_s(500),
        },
        throughput_interval: SimDuration::from_ms(1),
        network: Network::outbound(Mode::Bridge, None, egress, SimDuration::ZERO),
        task_groups: counts.iter().enumerate().map(group).collect(),
        life_cycle: Some(laws),
        series_interval: None,
    }
}

fn lives(counts: &[u32], laws: LifeCycle) -> History {
    history(&scenario(counts, laws), 1, 0).unwrap()
}

/// The states of a task of the first group, each with the instant in milliseconds.
fn life(history: &History, index: u32) -> Vec<(TaskState, u64)> {
    let of_task = |t: &&Transition| t.group == 0 && t.index == index;
    let transitions = history.transitions.iter().filter(of_task);
    transitions
        .map(|t| (t.state, t.at_ps / 1_000_000_000))
        .collect()
}

fn span(start: u64, stop: u64) -> Vec<Schedule> {
    vec![Schedule::Span {
        start: Some(ms(start)),
        stop: Some(ms(stop)),
    }]
}

/// Oracle: the steps added up by hand. Attach 1000, pull and start 24, register 3; from the stop at
/// 5000 on drain 50, exit at the stop timeout of 100, detach 2000.
#[test]
fn a_task_with_an_eni_takes_every_step() {
    let history = lives(&[1], laws(eni(1, 0), span(10, 5000)));
    assert_eq!(
        life(&history, 0),
        [
            (Provisioning, 10),
            (Pending, 1010),
            (Activating, 1034),
            (Running, 1037),
            (Deactivating, 5000),
            (Stopping, 5050),
            (Deprovisioning, 5150),
            (Stopped, 7150),
        ]
    );
    assert_eq!(history.activity, [[(ms(1037), ms(5050))]]);
    let reasons = history.transitions.iter().map(|t| t.reason);
    let asked = reasons.filter(|r| *r == Some(StopReason::Asked)).count();
    assert_eq!(asked, 4, "from DEACTIVATING on");
}

/// A trial has the timeline of its history, and packets from where it says that the task sends: of a
/// periodic source as many as gaps of 100 ms fit in, to within one.
#[test]
fn a_trial_goes_by_its_history() {
    let scenario = scenario(&[1], laws(None, span(10, 5000)));
    let history = history(&scenario, 1, 0).unwrap();
    assert_eq!(history.activity, [[(ms(37), ms(5050))]]);
    let measured = crate::model::simulate(&scenario, 1, 0);
    assert_eq!(measured.timeline, history.transitions);
    let offered = measured.tasks[0].offered_packets;
    assert!((50..=51).contains(&offered), "{offered}");
}

/// Oracle: as above without the ENI's two steps.
#[test]
fn without_an_eni_of_its_own_a_task_neither_attaches_nor_detaches() {
    let history = lives(&[1], laws(None, span(10, 5000)));
    assert_eq!(
        life(&history, 0),
        [
            (Provisioning, 10),
            (Pending, 10),
            (Activating, 34),
            (Running, 37),
            (Deactivating, 5000),
            (Stopping, 5050),
            (Deprovisioning, 5150),
            (Stopped, 5150),
        ]
    );
}

/// Claim: an ENI attached by hand takes a place, and the task goes PROVISIONING, DEPROVISIONING,
/// STOPPED (Amazon ECS Developer Guide, task networking). It never had an ENI to detach.
#[test]
fn a_task_without_a_place_for_its_eni_times_out() {
    let history = lives(&[2], laws(eni(2, 1), vec![Schedule::ALWAYS]));
    assert_eq!(life(&history, 0), [(Running, 0)]);
    let expected = [(Provisioning, 0), (Deprovisioning, 3000), (Stopped, 3000)];
    assert_eq!(life(&history, 1), expected);
    assert_eq!(history.activity[1], []);
    let last = history.transitions.last().unwrap();
    let text = "Timeout waiting for network interface provisioning";
    assert_eq!(last.reason.unwrap().text(), text);
}

/// An attachment that takes longer than the time-out is given up, and detached; one that takes
/// exactly as long succeeds.
#[test]
fn a_slow_attachment_times_out() {
    let slow = |attach| {
        let mut eni = eni(1, 0).unwrap();
        eni.attach = fixed(attach);
        lives(&[1], laws(Some(eni), span(0, 90_000)))
    };
    let expected = [(Provisioning, 0), (Deprovisioning, 3000), (Stopped, 5000)];
    assert_eq!(life(&slow(3001), 0), expected);
    assert_eq!(life(&slow(3000), 0)[1], (Pending, 3000));
}

/// A stop ends what a task is doing: without having run, it never sends.
#[test]
fn a_task_can_be_stopped_before_it_runs() {
    let states = |stop| {
        let history = lives(&[1], laws(eni(1, 0), span(0, stop)));
        assert_eq!(history.activity, [[]]);
        let life = life(&history, 0);
        life.iter().map(|(state, _)| *state).collect::<Vec<_>>()
    };
    assert_eq!(states(500), [Provisioning, Deprovisioning, Stopped]);
    let all = [Provisioning, Pending, Stopping, Deprovisioning, Stopped];
    assert_eq!(states(1001), all);
}

/// One place for two tasks: the second is placed when the first has STOPPED, at 7150, and not at
/// all if it is stopped while it waits.
#[test]
fn a_start_waits_for_a_place() {
    let two = |stop| {
        let mut schedules = vec![Schedule::Span {
            start: Some(ms(5000)),
            stop,
        }];
        schedules.extend(span(10, 5000));
        lives(&[1, 1], laws(eni(1, 0), schedules))
    };
    assert_eq!(life(&two(None), 0)[0], (Provisioning, 7150));
    assert_eq!(life(&two(Some(ms(6000))), 0), []);
}

fn update(tasks: u32, minimum: u32, maximum: u32) -> Vec<Schedule> {
    let deployment = Deployment::of_percent(ms(100), tasks, minimum, maximum);
    vec![Schedule::Deployment(deployment)]
}

/// Oracle: by hand. Two tasks, at most 200 %, at least 100 %: both new ones start at 100 and run at
/// 127; then both old ones stop, and are gone at 277.
#[test]
fn a_deployment_with_room_starts_all_new_tasks_first() {
    let history = lives(&[4], laws(None, update(2, 100, 200)));
    for old in 0..2 {
        let expected = [
            (Running, 0),
            (Deactivating, 127),
            (Stopping, 177),
            (Deprovisioning, 277),
            (Stopped, 277),
        ];
        assert_eq!(life(&history, old), expected);
        let new = life(&history, old + 2);
        assert_eq!((new[0], new[3]), ((Provisioning, 100), (Running, 127)));
    }
}

/// Oracle: by hand. At most 100 %, at least 50 %: at 100 one old task stops and one new one starts,
/// at 127 that runs and the next pair is exchanged.
#[test]
fn a_deployment_without_room_stops_before_it_starts() {
    let history = lives(&[4], laws(None, update(2, 50, 100)));
    assert_eq!(life(&history, 0)[1], (Deactivating, 100));
    assert_eq!(life(&history, 2)[0], (Provisioning, 100));
    assert_eq!(life(&history, 1)[1], (Deactivating, 127));
    assert_eq!(life(&history, 3)[0], (Provisioning, 127));
}

/// Oracle: by hand. All places for ENIs are taken and all old tasks have to stay: nothing ever
/// happens. With 50 %, one old task makes room: its ENI is gone at 100 + 50 + 100 + 2000.
#[test]
fn a_deployment_waits_for_places() {
    let stuck = lives(&[4], laws(eni(2, 0), update(2, 100, 200)));
    assert_eq!(stuck.transitions.len(), 2, "{stuck:?}");
    let history = lives(&[4], laws(eni(2, 0), update(2, 50, 200)));
    assert_eq!(life(&history, 0)[4], (Stopped, 2250));
    assert_eq!(life(&history, 2)[0], (Provisioning, 2250));
    assert_eq!(life(&history, 1)[1], (Deactivating, 3277));
}

fn time() -> impl Strategy<Value = TimeLaw> {
    let span = |ms| SimDuration::from_ms(ms);
    prop_oneof![
        (0_u64..3000).prop_map(fixed),
        (1_u64..3000).prop_map(move |mean| TimeLaw::Exponential { mean: span(mean) }),
        (1_u64..1000, 1_u64..5).prop_map(move |(median, times)| TimeLaw::LogNormal {
            median: span(median),
            p99: span(median * times),
        }),
    ]
}

proptest! {
    /// Oracle: the definition of the limits, checked after every instant: RUNNING never below the
    /// minimum, the maximum and the places never exceeded, every task through its states in order.
    /// Without a limit on places, all are replaced.
    #[test]
    fn a_deployment_keeps_its_limits(
        tasks in 1_u32..8,
        (minimum, maximum) in (0_u32..=100, 100_u32..=200),
        places in prop::option::of(0_u32..20),
        (attach, pull, drain, detach) in (time(), time(), time(), time()),
        seed in any::<u64>(),
    ) {
        let deployment = Deployment::of_percent(ms(100), tasks, minimum, maximum);
        prop_assume!(deployment.can_proceed(tasks));
        let places = places.map(|more| tasks + more);
        let mut laws = laws(eni(0, 0), vec![Schedule::Deployment(deployment)]);
        (laws.pull, laws.drain) = (pull, drain);
        let eni = laws.eni.as_mut().unwrap();
        (eni.attach, eni.detach, eni.places) = (attach, detach, places);
        eni.attach_timeout = SimDuration::from_s(1000);
        let history = history(&scenario(&[2 * tasks], laws), seed, 0).unwrap();
        let mut states = vec![None; 2 * tasks as usize];
        let instants = history.transitions.chunk_by(|a, b| a.at_ps == b.at_ps);
        for instant in instants {
            for t in instant {
                let before = states[t.index as usize].replace(t.state);
                prop_assert!(before < Some(t.state), "{before:?} to {t:?}");
            }
            let count = |is: fn(TaskState) -> bool| {
                states.iter().flatten().filter(|state| is(**state)).count() as u32
            };
            prop_assert!(count(|state| state == Running) >= deployment.minimum_healthy);
            prop_assert!(count(TaskState::is_wanted) <= deployment.maximum);
            let held = count(|state| state != Stopped);
            prop_assert!(places.is_none_or(|places| held <= places), "{held}");
        }
        if places.is_none() {
            let new = &states[tasks as usize..];
            prop_assert!(new.iter().all(|state| *state == Some(Running)), "{states:?}");
        }
    }
}
