//! What queueing theory says of a scenario without simulating it, where it says something.
//!
//! | what is recognized | model | what is known |
//! |---|---|---|
//! | Poisson tasks with packets of one size, one queue in the order of arrival (`bridge`, `host`, `fifo`) | M/D/1 | everything |
//! | the same, a queue for few packets, also in overload | M/D/1/K | everything |
//! | the same, packets of several sizes | M/G/1 | everything for up to 16 sizes; for more the mean of each group, and far quantiles by the tail |
//! | a link for each task (`partition`, `dedicated`, Fargate) | the above, for each task | the same; of all tasks, their mixture |
//! | Poisson tasks with packets of one size, `round-robin` or `drr` | M/D/1 | mean of all tasks; of a group where all tasks are alike |
//! | periodic tasks of one rate and one size | N·D/D/1 | everything, on average over the phases |
//! | a token bucket whose credit is never used up | that of a link of the burst rate | the same |
//! | Poisson tasks with packets of one size and a token bucket, the burst rate far above the baseline | M/D/1 shifted by the bucket | everything; the mean for some hundred packets of credit |
//! | Poisson tasks with packets of one size, one core of host stack and a link | M/D/1 at the slower of the two | everything |
//!
//! Nothing is said where a premise fails: of tasks that start and stop, of packets that come in or
//! stay on the instance, of messages, trunks, hardware queues and limits beside bandwidth; of
//! queues without a steady state; of queues that may drop, but not as M/D/1/K does; and of trials
//! whose warm-up is shorter than the propagation and three of the times in which a queue forgets its
//! start.
//!
//! A prediction is exact in the limit of long trials, and says so where it is less than that. It
//! counts the same as a summary: sojourn times of delivered packets, propagation included.

mod equal_sizes;
mod host_stack;
mod law;
mod mixed_sizes;
mod periodic;
mod premises;
mod queue;
mod steady;
mod taking_turns;
#[cfg(test)]
mod tests;
mod token_bucket;

use std::num::NonZeroU64;

use crate::metric::Metric;
use crate::scenario::{Allowance, Scenario};
use law::{Law, mixture_quantile};
use premises::{Outbound, Sharing};
use queue::{Queue, Solved, Stream};

/// What theory says of a task group, or of all tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPrediction {
    /// Number of the group in the scenario; `None`: all tasks together.
    pub task_group: Option<usize>,
    /// Where it comes from.
    pub model: Model,
    /// By position in [`Metric::ALL`]; `None` where theory is silent.
    pub metrics: [Option<f64>; Metric::ALL.len()],
    /// The quantile function at rising quantiles, where it is known.
    pub quantiles: Vec<Quantile>,
}

/// A queueing model and what it stands for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// In Kendall's notation.
    pub name: String,
    /// What serves: `the link`, `1/16 of the link`.
    pub server: String,
    /// Author and year.
    pub source: String,
    /// How far it holds.
    pub validity: Validity,
}

/// How far a prediction holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Validity {
    /// The model is the scenario.
    Exact,
    /// As [`Validity::Exact`], on average over replications: each draws phases of its own.
    OverPhases,
    /// The mean does not depend on the order of service; quantiles do, and are not known.
    MeanAlone,
    /// The mean is exact; quantiles are those of the exponential tail, within one in a thousand.
    TailAsymptotic,
    /// Exact in a limit that the scenario is within one in a thousand of.
    Limit,
}

impl Validity {
    /// As written in result files.
    pub const fn name(self) -> &'static str {
        match self {
            Validity::Exact => "exact",
            Validity::OverPhases => "exact over phases",
            Validity::MeanAlone => "exact mean alone",
            Validity::TailAsymptotic => "exact mean, asymptotic tail",
            Validity::Limit => "limit",
        }
    }
}

/// A quantile of the sojourn time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// Share of the packets beyond it.
    pub beyond: f64,
    /// Sojourn time \[ns\].
    pub sojourn_ns: f64,
}

/// What theory says of `scenario`: task groups in their order, all tasks last. Groups of which it
/// says nothing are left out.
pub fn predict(scenario: &Scenario) -> Vec<GroupPrediction> {
    let Some(outbound) = Outbound::of(scenario) else {
        return Vec::new();
    };
    let mut known: Vec<Share> = Vec::new();
    for queue in queues(&outbound) {
        if let Some(solved) = solve(&queue) {
            known.extend(shares(&queue, &solved));
        }
    }
    known.sort_by_key(|share| share.group);
    let single = known.iter().filter(|share| share.speaks);
    let mut predictions: Vec<GroupPrediction> = single
        .map(|share| prediction(Some(share.group), std::slice::from_ref(share), &outbound))
        .collect();
    if known.len() == scenario.task_groups.len() {
        predictions.push(prediction(None, &known, &outbound));
    }
    predictions
}

/// The independent queues of a scenario, one for each kind of task that has one to itself.
fn queues<'a>(outbound: &Outbound<'a>) -> Vec<Queue<'a>> {
    let groups = outbound.scenario.task_groups.iter().enumerate();
    let streams = groups.map(|(group, of)| Stream {
        group,
        tasks: of.count,
        traffic: &of.traffic,
    });
    let tasks = outbound.scenario.task_count();
    let queue = |streams: Vec<Stream<'a>>, server: String, allowance: Allowance| Queue {
        streams,
        server,
        allowance,
        capacity: outbound.capacity,
        sharing: outbound.sharing,
        host_stack: outbound.host_stack,
        warm_up: outbound.warm_up(),
        copies: 1.0,
    };
    let whole = outbound.allowance;
    let own = |server: &str, allowance: Allowance| {
        let one = streams.clone().map(|stream| Queue {
            copies: f64::from(stream.tasks),
            ..queue(
                vec![Stream { tasks: 1, ..stream }],
                server.to_owned(),
                allowance,
            )
        });
        one.collect()
    };
    match outbound.sharing {
        Sharing::Partition => {
            let n = NonZeroU64::new(tasks as u64).unwrap_or(NonZeroU64::MIN);
            own(&format!("1/{n} of the link"), whole.share_of(n))
        }
        Sharing::Dedicated => own("a link per task", whole),
        Sharing::OneRoom | Sharing::InOrder | Sharing::TakingTurns => {
            vec![queue(streams.collect(), "the link".to_owned(), whole)]
        }
    }
}

/// Asks every model that might be this queue.
fn solve(queue: &Queue<'_>) -> Option<Solved> {
    if queue.host_stack.is_some() {
        return host_stack::solve(queue);
    }
    match queue.link()? {
        queue::Link::Plain(rate) => taking_turns::solve(queue, rate)
            .or_else(|| equal_sizes::solve(queue, rate))
            .or_else(|| mixed_sizes::solve(queue, rate))
            .or_else(|| periodic::solve(queue, rate)),
        queue::Link::Shaped(bucket) => token_bucket::solve(queue, bucket),
    }
}

/// A group's part of what was solved.
struct Share {
    group: usize,
    model: Model,
    law: Law,
    /// Whether the law is that of the group, or counts only in the mean over all.
    speaks: bool,
    /// Lost fraction.
    loss: f64,
    /// Offered packets per second.
    offered: f64,
    /// Delivered rate [bit/s].
    bits_per_s: f64,
    /// Delivered rate by the baseline of the link.
    load: f64,
}

impl Share {
    fn delivered(&self) -> f64 {
        self.offered * (1.0 - self.loss)
    }
}

fn shares<'a>(queue: &'a Queue<'_>, solved: &'a Solved) -> impl Iterator<Item = Share> + 'a {
    let baseline = queue.allowance.baseline().bits_per_s() as f64;
    let laws = queue.streams.iter().zip(&solved.laws);
    laws.map(move |(stream, law)| {
        let offered = stream.packets_per_s() * queue.copies;
        let bits_per_s = offered * (1.0 - solved.loss) * stream.traffic.packet_size.mean() * 8.0;
        Share {
            group: stream.group,
            model: Model {
                name: solved.model.to_owned(),
                server: queue.server.clone(),
                source: solved.source.to_owned(),
                validity: solved.validity,
            },
            law: law.clone(),
            speaks: solved.each_group,
            loss: solved.loss,
            offered,
            bits_per_s,
            load: bits_per_s / baseline,
        }
    })
}

/// The prediction for the packets of `shares` together.
fn prediction(group: Option<usize>, shares: &[Share], outbound: &Outbound<'_>) -> GroupPrediction {
    let total = |of: fn(&Share) -> f64| shares.iter().map(of).sum::<f64>();
    let delivered = total(Share::delivered);
    let laws: Vec<(f64, &Law)> = shares
        .iter()
        .map(|share| (share.delivered() / delivered, &share.law))
        .collect();
    let means = laws.iter().map(|(weight, law)| Some(weight * law.mean_ns?));
    let mean: Option<f64> = means.sum();
    let propagation_ns = outbound.scenario.network.propagation.as_ps() as f64 / 1e3;
    let quantile = |p: f64| Some(mixture_quantile(&laws, p)? + propagation_ns);
    let metric = |metric| match metric {
        Metric::Throughput => Some(total(|share| share.bits_per_s)),
        Metric::LossRatio => {
            Some(total(|share| share.offered * share.loss) / total(|share| share.offered))
        }
        Metric::SojournMean => mean.map(|mean| mean + propagation_ns),
        Metric::SojournP50 => quantile(0.5),
        Metric::SojournP90 => quantile(0.9),
        Metric::SojournP99 => quantile(0.99),
        Metric::SojournP999 => quantile(0.999),
        Metric::Utilization => Some(total(|share| share.load) / outbound.links()),
        Metric::SojournMax | Metric::JainIndex => None,
    };
    let known = grid().filter_map(|beyond| {
        let sojourn_ns = quantile(1.0 - beyond)?;
        Some(Quantile { beyond, sojourn_ns })
    });
    GroupPrediction {
        task_group: group,
        model: together(shares),
        metrics: Metric::ALL.map(metric),
        quantiles: known.collect(),
    }
}

/// Shares of packets beyond a quantile, falling: twenty in the first nine, five in each further one.
///
/// The first is not the shortest sojourn there can be, which in overload no packet ever has.
fn grid() -> impl Iterator<Item = f64> {
    let first = (1..20).map(|step| f64::from(step) / 20.0);
    let further = (0..=25).map(|step| 1.0 + f64::from(step) / 5.0);
    let further = first.chain(further).map(|nines| 10f64.powf(-nines));
    std::iter::once(0.999).chain(further)
}

/// The model of several shares: each name once.
fn together(shares: &[Share]) -> Model {
    let joined = |of: fn(&Model) -> &str| {
        let mut names: Vec<&str> = Vec::new();
        for share in shares {
            if !names.contains(&of(&share.model)) {
                names.push(of(&share.model));
            }
        }
        names.join(" and ")
    };
    let validities = shares.iter().map(|share| share.model.validity);
    Model {
        name: joined(|model| &model.name),
        server: joined(|model| &model.server),
        source: joined(|model| &model.source),
        validity: validities.max().unwrap_or(Validity::Exact),
    }
}
