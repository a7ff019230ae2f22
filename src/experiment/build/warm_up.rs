//! Whether pilot runs can find a warm-up: there must be a steady state to find.

use super::context::{Context, Reported};
use super::limits::TRIAL_S_MAX;
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::Node;
use crate::scenario::{Scenario, WARM_UP_AUTO_MAX};

/// What the file writes where pilots are to find it.
pub(in crate::experiment) const AUTO: &str = "auto";

/// Whether `root` leaves the warm-up to pilot runs.
pub(in crate::experiment) fn is_auto(root: &Node) -> bool {
    root.get("warm-up").and_then(Node::as_text) == Some(AUTO)
}

/// Refuses `warm-up = "auto"` where the transient is what the experiment is about.
pub(super) fn check(
    root: &Node,
    scenario: &Scenario,
    cx: &mut Context<'_>,
) -> Result<(), Reported> {
    if !is_auto(root) {
        return Ok(());
    }
    let refused = if scenario.life_cycle.is_some() {
        Some("tasks start and stop, so there is no steady state to wait for")
    } else if scenario.is_transient() {
        Some("the offered load is above the baseline, so the burst credit drains for ever")
    } else {
        None
    };
    if let Some(reason) = refused {
        let problem = Problem::new(0..0, "warm-up", format!("a warm-up of `auto`: {reason}"))
            .rule("transient")
            .remedy("write how much to leave out, for example \"0 s\"");
        return Err(cx.blame(&[root.get("warm-up")], problem));
    }
    let pilot_s = 2.0 * f64::from(WARM_UP_AUTO_MAX) * scenario.window.measure.as_s_lossy();
    if pilot_s > TRIAL_S_MAX {
        let message = format!(
            "a warm-up of `auto` may take pilots of {:.1} days; the limit is {:.1} days",
            pilot_s / 86_400.0,
            TRIAL_S_MAX / 86_400.0
        );
        let problem = Problem::new(0..0, "warm-up", message)
            .rule("pilots")
            .remedy("write a duration, or shorten `measure`");
        return Err(cx.blame(&[root.get("warm-up")], problem));
    }
    Ok(())
}
