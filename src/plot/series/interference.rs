//! What neighbours do: a task group beside them against the same packets alone.
//!
//! The ratio of the group's p99, replication by replication; the table `interference.csv` has it for
//! every metric. Right of 1 the neighbours slow the group down.

use super::mode_effect::{changes, paired_frame, saved};
use super::sensitivity::axis;
use super::{Arrangement, Made};
use crate::plot::figure::{Effects, Figure};
use crate::results::read::{Effect, Metric, Results};

/// The figure of `effects`, a row per place of the sweep.
pub(in crate::plot) fn interference(
    results: &Results,
    arrangement: &Arrangement,
    effects: &[Effect],
) -> Made {
    let p99 = || {
        effects
            .iter()
            .filter(|effect| effect.metric == Metric::SojournP99)
    };
    let asked = |group: &&String| p99().any(|effect| effect.task_group == **group);
    let groups: Vec<String> = arrangement.groups.iter().filter(asked).cloned().collect();
    if groups.is_empty() {
        return Err("the groups that were simulated alone have no room here".to_owned());
    }
    let mut reductions = Vec::new();
    let all = 0..arrangement.series.len();
    let changes = changes(arrangement, &groups, all, |point, group| {
        let values = &results.points[point].values;
        let is_it = |e: &&Effect| e.values == *values && e.task_group == group;
        let effect = p99().find(is_it)?;
        reductions.extend(effect.ratio.and(effect.variance_reduction));
        effect.ratio
    });
    let axes: Option<Vec<_>> = (0..groups.len())
        .map(|column| axis(&changes, column))
        .collect();
    let axes = axes.ok_or("a task group delivered no packet, alone or beside its neighbours")?;
    let subtitle = format!(
        "What neighbours do to p99, the same packets alone{}; hollow: the interval reaches 1",
        saved(reductions)
    );
    Ok(Figure::Effects(Effects {
        frame: paired_frame(results, subtitle),
        series: arrangement.series.clone(),
        columns: groups
            .iter()
            .map(|group| Arrangement::group_heading(group))
            .collect(),
        label: "p99 beside neighbours ÷ p99 alone".to_owned(),
        axes,
        changes,
        has_base: false,
        has_good_side: false,
    }))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::plot::testing;

    #[test]
    fn a_row_per_place_and_a_ratio_per_mode() {
        let dir = tempfile::tempdir().unwrap();
        testing::write(
            dir.path(),
            &[
                ("network.mode", &["bridge", "awsvpc"]),
                ("task.b.count", &["0", "1"]),
            ],
        );
        let read = || Results::read(dir.path()).unwrap();
        assert_eq!(read().interference().unwrap(), None);
        let text = "network.mode,task.b.count,task_group,metric,ratio,ratio_low,ratio_high,\
            variance_reduction\n\
            bridge,0,a,sojourn_p99_ns,1,1,1,\nbridge,1,a,sojourn_p99_ns,3,2,4,1.5\n\
            awsvpc,0,a,sojourn_p99_ns,1,1,1,\nawsvpc,1,a,sojourn_p99_ns,1.5,1.2,2,3\n\
            awsvpc,1,a,loss_ratio,7,,,\n";
        fs::write(dir.path().join("interference.csv"), text).unwrap();
        let results = read();
        let effects = results.interference().unwrap().unwrap();
        let arrangement = Arrangement::new(&results);
        let Ok(Figure::Effects(figure)) = interference(&results, &arrangement, &effects) else {
            panic!("interference is a figure of effects");
        };
        let ratios: Vec<Vec<f64>> = figure.changes[0]
            .rows
            .iter()
            .map(|row| {
                row.ratios[0]
                    .iter()
                    .map(|ratio| ratio.unwrap().value)
                    .collect()
            })
            .collect();
        assert_eq!(ratios, [[1.0, 1.0], [3.0, 1.5]]);
        let saved = "alone: worth 3 × the replications (1.5 to 3); hollow";
        assert!(
            figure.frame.subtitle.contains(saved),
            "{}",
            figure.frame.subtitle
        );
        let drawn = crate::plot::draw(&results, false).unwrap();
        let last = drawn.files.last().unwrap();
        assert!(last.ends_with("plots/11-interference.svg"), "{last:?}");
        let none = interference(&results, &arrangement, &[]).unwrap_err();
        assert!(none.contains("no room"), "{none}");
        let mut undefined = effects;
        undefined.iter_mut().for_each(|effect| effect.ratio = None);
        let none = interference(&results, &arrangement, &undefined).unwrap_err();
        assert!(none.contains("delivered no packet"), "{none}");
    }
}
