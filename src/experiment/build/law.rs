//! Laws of mean 1: `distribution`, with `shape` or `scv`.

use std::num::NonZeroU32;

use crate::experiment::tree::{Node, Value};
use crate::scenario::UnitLaw;

use super::context::{Context, Reported, number};

/// Most stages of an Erlang law: each is drawn.
pub(super) const STAGES_MAX: u32 = 1_000;

/// The law of this name, with the rest of what `table`, which stands at `path`, says about it.
pub(super) fn read(
    table: &Node,
    path: &str,
    name: &str,
    cx: &mut Context<'_>,
) -> Result<UnitLaw, Reported> {
    match name {
        "deterministic" => Ok(UnitLaw::Deterministic),
        "uniform" => Ok(UnitLaw::Uniform),
        "exponential" => Ok(UnitLaw::Exponential),
        "erlang" => {
            let node = cx.required(table, path, "shape", table.get("shape"))?;
            let shape = stages(node).ok_or(Reported)?;
            Ok(UnitLaw::Erlang { shape })
        }
        "hyperexponential" => {
            let scv = number(table, "scv")?;
            let scv = cx.required(table, path, "scv", scv)?;
            Ok(UnitLaw::Hyperexponential { scv })
        }
        _ => Err(Reported),
    }
}

/// The stages of an Erlang law, if `shape` is a possible number of them.
pub(super) fn stages(shape: &Node) -> Option<NonZeroU32> {
    let Value::Integer(stages) = shape.value else {
        return None;
    };
    let stages = u32::try_from(stages).ok().and_then(NonZeroU32::new);
    stages.filter(|stages| stages.get() <= STAGES_MAX)
}
