//! The answer for one subject on one instance type in one mode.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::ecs::InstanceType;

use super::fit::{Fit, Resource};
use super::probe::{Probe, probe};
use super::search::{Bracket, search};
use super::{Case, Mode, Request, SizingError, generate};

/// How many tasks of a subject an instance type takes in a mode.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Families, joined.
    pub subject: String,
    /// The type.
    pub instance: &'static InstanceType,
    /// The mode.
    pub mode: Mode,
    /// The number, or why there is none.
    pub outcome: Outcome,
}

/// A number, or why there is none.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// ECS refuses a definition in this mode, or the type does not have it; all reasons.
    Refused(Vec<String>),
    /// A number.
    Sized(Box<Sizing>),
}

/// A number with all that speaks for it.
#[derive(Clone, Debug)]
pub struct Sizing {
    /// Definitions that are sized as one.
    pub definitions: u32,
    /// What would fit without the promises.
    pub fit: Fit,
    /// Where the promises break.
    pub bracket: Bracket,
    /// Which promise is the hardest to keep, by its position.
    pub hardest: usize,
    /// With the answer's number of tasks; `None` if that is zero.
    pub at: Option<Probe>,
    /// With one more; `None` if that does not fit.
    pub one_more: Option<Probe>,
    /// Text of an experiment file that shows the answer; `None` if no task fits.
    pub experiment: Option<String>,
}

/// What stops one more task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binds {
    /// It does not fit.
    Resource(Resource),
    /// The promise at this position.
    Promise(usize),
}

impl Sizing {
    /// Tasks of all definitions together.
    pub fn tasks(&self) -> u32 {
        self.bracket.answer.saturating_mul(self.definitions)
    }

    /// What stops one more task.
    pub fn binds(&self) -> Binds {
        match self.bracket.answer == self.fit.limit {
            true => Binds::Resource(self.fit.by),
            false => Binds::Promise(self.hardest),
        }
    }

    /// Whether the number is right to 95 % on either side.
    pub fn is_sure(&self) -> bool {
        self.bracket.is_sure(self.fit.limit)
    }
}

impl Answer {
    /// Tasks per vCPU; `None` where there is no number.
    pub fn tasks_per_vcpu(&self) -> Option<f64> {
        match &self.outcome {
            Outcome::Refused(_) => None,
            Outcome::Sized(sized) => {
                Some(f64::from(sized.tasks()) / f64::from(self.instance.vcpus))
            }
        }
    }

    /// Subject by subject, the most tasks per vCPU first; then the smaller type, then by name.
    pub(super) fn by_density(&self, other: &Answer) -> Ordering {
        let density = |answer: &Answer| answer.tasks_per_vcpu().unwrap_or(-1.0);
        let rest = |a: &Answer| (a.instance.vcpus, a.instance.name, a.mode);
        self.subject
            .cmp(&other.subject)
            .then(density(other).total_cmp(&density(self)))
            .then_with(|| rest(self).cmp(&rest(other)))
    }
}

/// Searches up to what fits.
pub(super) fn sized(case: &Case<'_>, request: &Request, fit: Fit) -> Result<Sizing, SizingError> {
    let mut probes: BTreeMap<u32, Probe> = BTreeMap::new();
    let bracket = search(fit.limit, |count| {
        let generated = generate::experiment(case, request, count, 1)?;
        let probe = probe(count, generated.scenario(), request.seed, &request.promises)?;
        let verdict = probe.verdict();
        probes.insert(count, probe);
        Ok::<_, SizingError>(verdict)
    })?;
    let at = probes.remove(&bracket.answer);
    let one_more = probes.remove(&bracket.answer.saturating_add(1));
    let shown = at.as_ref().or(one_more.as_ref());
    let experiment = match shown {
        None => None,
        Some(probe) => {
            let (count, replications) = (probe.count, probe.replications);
            Some(generate::experiment(case, request, count, replications)?.text)
        }
    };
    Ok(Sizing {
        definitions: u32::try_from(case.subject.0.len()).unwrap_or(u32::MAX),
        fit,
        bracket,
        hardest: hardest(request, one_more.as_ref().or(at.as_ref())),
        at,
        one_more,
        experiment,
    })
}

/// The promise whose value is the largest part of its limit.
fn hardest(request: &Request, probe: Option<&Probe>) -> usize {
    let Some(probe) = probe else {
        return 0;
    };
    let pairs = probe.findings.iter().zip(&request.promises).enumerate();
    let part = |(_, (finding, promise)): &(usize, (&super::Finding, &super::Promise))| {
        let broken = !finding.verdict.leans_kept();
        (broken, finding.value / promise.limit.max(f64::MIN_POSITIVE))
    };
    let harder = pairs.max_by(|a, b| {
        let (a, b) = (part(a), part(b));
        // Of equal ones the first.
        a.0.cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(Ordering::Greater)
    });
    harder.map_or(0, |(index, _)| index)
}
