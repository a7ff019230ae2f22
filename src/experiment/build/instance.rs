//! `[instance]`: ENIs and bandwidth, from the type or from the file.

use crate::ecs::{self, InstanceType};
use crate::experiment::tree::Node;
use crate::scenario::{Allowance, CreditState};

use super::allowance;
use super::context::{Context, Reported, integer, parsed, section};

/// What is known of the instance.
pub(super) struct Instance {
    /// The type, if one is named.
    pub named: Option<&'static InstanceType>,
    /// ENIs that the file gives in place of the type's.
    pub enis: Option<u32>,
    /// The way out; `None` if neither file nor type tells.
    pub allowance: Option<Allowance>,
    /// The way in; `None` if neither file nor type tells.
    pub ingress: Option<Allowance>,
    /// Fill of credit buckets when a trial starts.
    pub start: CreditState,
}

/// Reads `[instance]` but for its host stack and its limits, which depend on mode and traffic.
pub(super) fn read(root: &Node, cx: &mut Context<'_>) -> Result<Instance, Reported> {
    let table = section(root, "instance")?;
    let named = parsed(table, "type", ecs::find);
    let enis = integer(table, "enis");
    let start = parsed(table, "credit", |text| match text {
        "full" => Some(CreditState::Full),
        "empty" => Some(CreditState::Empty),
        _ => None,
    });
    let start = start.map(|start| start.unwrap_or(CreditState::Full));
    let mut own = |key| match start {
        Ok(start) => allowance::read(table, "instance", key, start, cx),
        Err(Reported) => Ok(None),
    };
    let (egress, ingress) = (own("egress"), own("ingress"));
    let (named, enis, start, egress, ingress) = (named?, enis?, start?, egress?, ingress?);
    let of_type = named.map(|named| allowance::of_type(named, start));
    Ok(Instance {
        named,
        enis,
        allowance: egress.or(of_type),
        ingress: ingress.or(egress).or(of_type),
        start,
    })
}
