//! Decision records: what was decided, why, and what was rejected.
//!
//! Documentation only. A record is never edited; a later one may supersede it.

#[doc = include_str!("design/0001-picoseconds.md")]
pub mod d0001_picoseconds {}

#[doc = include_str!("design/0002-order-of-events.md")]
pub mod d0002_order_of_events {}

#[doc = include_str!("design/0003-streams-by-name.md")]
pub mod d0003_streams_by_name {}

#[doc = include_str!("design/0004-link-then-allowance.md")]
pub mod d0004_link_then_allowance {}

#[doc = include_str!("design/0005-host-stack-costs.md")]
pub mod d0005_host_stack_costs {}

#[doc = include_str!("design/0006-landed-trials.md")]
pub mod d0006_landed_trials {}

#[doc = include_str!("design/0007-equal-points-run-once.md")]
pub mod d0007_equal_points_run_once {}

#[doc = include_str!("design/0008-experiment-files-as-trees.md")]
pub mod d0008_experiment_files_as_trees {}

#[doc = include_str!("design/0009-windows-and-estimates.md")]
pub mod d0009_windows_and_estimates {}

#[doc = include_str!("design/0010-plots-in-the-order-of-the-answer.md")]
pub mod d0010_plots_in_the_order_of_the_answer {}

#[doc = include_str!("design/0011-waiting-and-sojourn-cross-apart.md")]
pub mod d0011_waiting_and_sojourn_cross_apart {}

#[doc = include_str!("design/0012-spans-instead-of-a-calendar.md")]
pub mod d0012_spans_instead_of_a_calendar {}

#[doc = include_str!("design/0013-counts-in-three-steps.md")]
pub mod d0013_counts_in_three_steps {}

#[doc = include_str!("design/0014-an-event-loop-beside-the-spans.md")]
pub mod d0014_an_event_loop_beside_the_spans {}

#[doc = include_str!("design/0015-a-trunk-is-a-queue-in-front-of-the-link.md")]
pub mod d0015_a_trunk_is_a_queue_in_front_of_the_link {}

#[doc = include_str!("design/0016-flows-messages-and-connections.md")]
pub mod d0016_flows_messages_and_connections {}

#[doc = include_str!("design/0017-the-life-of-tasks.md")]
pub mod d0017_the_life_of_tasks {}

#[doc = include_str!("design/0018-laws-of-mean-one.md")]
pub mod d0018_laws_of_mean_one {}

#[doc = include_str!("design/0019-positive-terms.md")]
pub mod d0019_positive_terms {}

#[doc = include_str!("design/0020-scores-against-theory.md")]
pub mod d0020_scores_against_theory {}

#[doc = include_str!("design/0021-as-many-replications-as-needed.md")]
pub mod d0021_as_many_replications_as_needed {}

#[doc = include_str!("design/0022-verdicts-from-simultaneous-intervals.md")]
pub mod d0022_verdicts_from_simultaneous_intervals {}

#[doc = include_str!("design/0023-assertions-are-judged-on-intervals.md")]
pub mod d0023_assertions_are_judged_on_intervals {}

#[doc = include_str!("design/0024-theory-beside-simulation.md")]
pub mod d0024_theory_beside_simulation {}

#[doc = include_str!("design/0025-quantiles-by-woodruff.md")]
pub mod d0025_quantiles_by_woodruff {}
