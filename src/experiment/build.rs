//! A file at one sweep point to a [`Scenario`]: what is missing, and what does not fit together.
//!
//! Every value here has passed [`super::check`]; a value that has not is skipped without another
//! word, because it was reported there.

mod allowance;
mod alone;
mod arrivals;
mod context;
mod drain;
mod granted;
mod groups;
mod host_stack;
mod instance;
mod law;
mod life;
mod limits;
mod load;
mod message;
mod network;
mod packet_size;
mod places;
mod priority;
mod security;
mod steady;
mod traffic;
mod uses;
mod warm_up;

pub(super) use alone::alone;
pub(super) use context::{Context, Doubt, Reported};
pub(super) use steady::relaxation_s;
pub(super) use warm_up::{AUTO, is_auto};

use crate::scenario::{Arrivals, Egress, Scenario, TaskGroup, Window};
use crate::units::{PacketRate, SimDuration, parse_duration};

use super::diagnostics::Problem;
use super::tree::Node;
use context::parsed;

/// Length of the throughput intervals where the file does not say.
const THROUGHPUT_INTERVAL: SimDuration = SimDuration::from_ms(1);

/// The scenario that `root` describes, or at least one problem in `cx`.
pub(super) fn scenario(root: &Node, cx: &mut Context<'_>) -> Result<Scenario, Reported> {
    let timing = timing(root, cx);
    let mode = network::mode(root, cx);
    let mtu = message::mtu(root, mode, cx);
    let groups = groups::read(root, mtu.unwrap_or(message::MTU_DOCKER0), cx);
    let instance = instance::read(root, cx);
    // Nothing below is known to fit before each part is right by itself.
    let (timing, mut groups, instance, mode) = (timing?, groups?, instance?, mode?);
    mtu?;
    scale(root, &mut groups, &instance, cx)?;
    security::apply(root, mode, &mut groups, cx)?;
    let mut network = network::read(root, mode, &instance, &groups, cx)?;
    priority::apply(root, &mut network, &mut groups, cx)?;
    let mut scenario = Scenario {
        window: timing.0,
        throughput_interval: timing.1,
        network,
        task_groups: groups,
        life_cycle: None,
        series_interval: None,
    };
    let places = places::check(root, &instance, &scenario, cx);
    // Of a group that is replaced, the old revision alone takes places when the trial begins.
    let life = life::add(root, &instance, &mut scenario, cx);
    let limits = limits::quantities(root, &scenario, cx);
    let steady = steady::check(root, &scenario, cx);
    let warm_up = warm_up::check(root, &scenario, cx);
    places.and(life).and(limits).and(steady).and(warm_up)?;
    Ok(scenario)
}

/// Window and throughput interval.
fn timing(root: &Node, cx: &mut Context<'_>) -> Result<(Window, SimDuration), Reported> {
    let text = |key| parsed(root, key, |text| parse_duration(text).ok());
    // Where pilots are to find it, the rest is checked without.
    let warm_up = match is_auto(root) {
        true => Ok(SimDuration::ZERO),
        false => text("warm-up").map(|span| span.unwrap_or(SimDuration::ZERO)),
    };
    let measure = text("measure").and_then(|span| cx.required(root, "", "measure", span));
    let (warm_up, measure) = (warm_up?, measure?);
    let interval = text("throughput-interval")?.unwrap_or(THROUGHPUT_INTERVAL.min(measure));
    if interval > measure {
        let node = root.table("throughput-interval");
        cx.problems.add(
            Problem::new(
                node.span.clone(),
                "throughput-interval",
                format!("an interval of {interval} does not fit into a measure of {measure}"),
            )
            .rule("interval")
            .remedy("write a shorter interval, or leave the key out"),
        );
        return Err(Reported);
    }
    Ok((Window { warm_up, measure }, interval))
}

/// Scales all rates so that the tasks together offer the fraction of the baseline that
/// `offered-load` asks for.
fn scale(
    root: &Node,
    groups: &mut [TaskGroup],
    instance: &instance::Instance,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    let Some(node) = root.get("offered-load") else {
        return Ok(());
    };
    let load = node
        .as_number()
        .filter(|load| *load > 0.0)
        .ok_or(Reported)?;
    let Some(allowance) = instance.allowance else {
        cx.problems.add(
            Problem::new(
                node.span.clone(),
                "offered-load",
                "an offered load is a fraction of the egress baseline, and there is none",
            )
            .remedy("give `type` or `egress` under [instance]"),
        );
        return Err(Reported);
    };
    let offered: f64 = groups.iter().map(counted_bits_per_s).sum();
    let factor = load * allowance.baseline().bits_per_s() as f64 / offered;
    let scaled = |rate: PacketRate| {
        PacketRate::new(rate.per_s() * factor).ok_or_else(|| {
            let message = format!("an offered load of {load} makes rates that are no numbers");
            let problem = Problem::new(node.span.clone(), "offered-load", message);
            cx.problems
                .add(problem.remedy("write a fraction of the baseline, for example 0.8"));
            Reported
        })
    };
    scale_groups(groups, scaled)
}

/// What a whole group offers in the bits that rates count [bit/s]: the same in every mode.
fn counted_bits_per_s(group: &TaskGroup) -> f64 {
    let traffic = &group.traffic;
    f64::from(group.count) * traffic.rate.per_s() * message::counted_bytes(traffic) * 8.0
}

fn scale_groups(
    groups: &mut [TaskGroup],
    mut scaled: impl FnMut(PacketRate) -> Result<PacketRate, Reported>,
) -> Result<(), Reported> {
    for group in groups {
        group.traffic.rate = scaled(group.traffic.rate)?;
        if let Arrivals::OnOff { peak, .. } = &mut group.traffic.arrivals {
            *peak = scaled(*peak)?;
        }
    }
    Ok(())
}

/// Whether packets leave the instance at all.
fn sends(scenario: &Scenario) -> bool {
    scenario.network.egress != Egress::Refused
}
