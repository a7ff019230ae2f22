//! Bandwidth allowances: a rate, or a table with burst credit, wherever one stands in the file.

use crate::ecs::{self, InstanceType};
use crate::experiment::check::join;
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Allowance, CreditState, TokenBucket};
use crate::units::{Bytes, DataRate, parse_bytes, parse_data_rate};

use super::context::{Context, Reported, parsed};

/// Shaper buffer, inferred from round-trip times measured at the cap of an m5.xlarge; nothing is
/// published for other sizes.
pub(super) const SHAPER_BUFFER: Bytes = Bytes::new(3_300_000);

/// What `named` is granted in each direction.
pub(super) fn of_type(named: &InstanceType, start: CreditState) -> Allowance {
    if named.burst <= named.baseline {
        return Allowance::Link(named.baseline);
    }
    Allowance::TokenBucket(TokenBucket {
        baseline: named.baseline,
        burst: named.burst,
        credit: ecs::burst_credit(named).volume,
        start,
        buffer: SHAPER_BUFFER,
    })
}

/// The allowance at `key` of `table`, which stands at `path`; `None` if there is none.
pub(super) fn read(
    table: &Node,
    path: &str,
    key: &str,
    start: CreditState,
    cx: &mut Context<'_>,
) -> Result<Option<Allowance>, Reported> {
    let node = table.get(key);
    let read = node.map(|node| given(node, &join(path, key), start, cx));
    read.transpose()
}

fn given(
    node: &Node,
    path: &str,
    start: CreditState,
    cx: &mut Context<'_>,
) -> Result<Allowance, Reported> {
    if let Some(text) = node.as_text() {
        return parse_data_rate(text)
            .map(Allowance::Link)
            .map_err(|_| Reported);
    }
    let rate = |key| parsed(node, key, |text| parse_data_rate(text).ok());
    let size = |key| parsed(node, key, |text| parse_bytes(text).ok());
    let baseline = rate("baseline").and_then(|rate| cx.required(node, path, "baseline", rate));
    let (burst, credit, buffer) = (rate("burst")?, size("credit")?, size("buffer")?);
    let baseline = baseline?;
    let Some(burst) = burst.filter(|burst| *burst != baseline) else {
        return link(node, path, baseline, cx);
    };
    let blamed = node.get("burst");
    if burst < baseline {
        let message = format!("a burst of {burst} is below the baseline of {baseline}");
        let problem = Problem::new(0..0, join(path, "burst"), message)
            .rule("burst")
            .remedy("write the rate with credit as `burst`, the rate without as `baseline`");
        return Err(cx.blame(&[node.get("baseline"), blamed], problem));
    }
    let Some(credit) = credit else {
        let message = format!(
            "a burst of {burst} above the baseline needs `credit`: how much may pass at it"
        );
        let problem = Problem::new(0..0, join(path, "credit"), message)
            .rule("credit")
            .remedy("add for example credit = \"50 GB\"");
        return Err(cx.blame(&[blamed], problem));
    };
    Ok(Allowance::TokenBucket(TokenBucket {
        baseline,
        burst,
        credit,
        start,
        buffer: buffer.unwrap_or(SHAPER_BUFFER),
    }))
}

/// A plain link; credit and buffer beside a rate that never bursts are a misunderstanding, unless
/// a sweep brought burst and baseline together.
fn link(
    node: &Node,
    path: &str,
    baseline: DataRate,
    cx: &mut Context<'_>,
) -> Result<Allowance, Reported> {
    if node.get("burst").is_some() {
        return Ok(Allowance::Link(baseline));
    }
    for key in ["credit", "buffer"] {
        if let Some(without_burst) = node.get(key) {
            cx.problems.add(
                Problem::new(
                    without_burst.span.clone(),
                    join(path, key),
                    format!("`{key}` has no effect without `burst`"),
                )
                .remedy("remove it, or add for example burst = \"10 Gbit/s\""),
            );
            return Err(Reported);
        }
    }
    Ok(Allowance::Link(baseline))
}
