//! Theory beside simulation: lines of what is known without simulating, in one look for all models.

use super::curve::Curve;
use super::{Abscissa, Arrangement, line};
use crate::plot::figure::{Key, Line, Sample, Shape};
use crate::plot::palette;
use crate::results::read::{GroupTheory, Metric, Theory};

/// Most models that a key names; more are only called theory.
const MODELS_MAX: usize = 3;

/// Where theory stands among the series of `arrangement`: behind the measured ones.
pub(in crate::plot) fn theory_series(arrangement: &Arrangement) -> usize {
    arrangement.series.len()
}

/// What theory is called: by its models, each once, in the order in which they come.
pub(super) fn label<'a>(said: impl Iterator<Item = &'a GroupTheory>) -> Option<String> {
    let mut models: Vec<&str> = Vec::new();
    for model in said.flat_map(|group| group.model.split(" and ")) {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    match models.len() {
        0 => None,
        n if n > MODELS_MAX => Some("theory".to_owned()),
        _ => Some(format!("theory ({})", models.join(", "))),
    }
}

/// The series of `arrangement`, and that of theory where it says something.
pub(super) fn with_theory<'a>(
    arrangement: &Arrangement,
    said: impl Iterator<Item = &'a GroupTheory>,
) -> Vec<Key> {
    let mut series = arrangement.series.clone();
    series.extend(label(said).map(|label| Key {
        label,
        style: palette::theory(),
    }));
    series
}

/// What is said of `metric` in one task group over a swept number: a line beside each series of
/// which it is known.
pub(super) fn lines_of<'a>(
    theory: &'a Theory,
    arrangement: &'a Arrangement,
    group: &'a str,
    metric: Metric,
    facet: usize,
) -> impl Iterator<Item = Line> + 'a {
    let places = match &arrangement.abscissa {
        Abscissa::Numeric { values, .. } => &values[..],
        Abscissa::Category { .. } | Abscissa::Single => &[],
    };
    (0..arrangement.series.len()).filter_map(move |series| {
        let known = places.iter().enumerate().map(|(place, (x, _))| {
            let point = arrangement.point(series, place, facet)?;
            let y = theory.of(point, group)?.get(metric)?;
            let band = None;
            Some(Sample {
                x: *x,
                y,
                band,
                doubtful: false,
            })
        });
        line(theory_series(arrangement), Shape::Theory, known)
    })
}

/// What is said of one of `metrics` where `arrangement` has a point, of the groups that it shows.
pub(super) fn said<'a>(
    theory: &'a Theory,
    arrangement: &'a Arrangement,
    metrics: &'a [(Metric, &str)],
) -> impl Iterator<Item = &'a GroupTheory> {
    let points = arrangement.points();
    let all = points.flat_map(move |point| {
        let groups = arrangement.groups.iter();
        groups.filter_map(move |group| theory.of(point, group))
    });
    all.filter(|group| {
        metrics
            .iter()
            .any(|(metric, _)| group.get(*metric).is_some())
    })
}

/// The quantile functions beside measured `curves`, each as far as its curve reaches.
pub(in crate::plot) fn theory_curves(
    theory: &Theory,
    arrangement: &Arrangement,
    curves: &[Curve],
) -> Vec<Curve> {
    let slots = arrangement.slots();
    let beside = |curve: &Curve| {
        let slot = &slots[curve.slot];
        let point = arrangement.point(curve.series, slot.place, slot.facet)?;
        let known = theory.of(point, &arrangement.groups[curve.group])?;
        let reach = curve.samples.last()?.x;
        let samples = cut(known, reach);
        (samples.len() > 1).then_some(Curve {
            series: theory_series(arrangement),
            samples,
            ..*curve
        })
    };
    curves.iter().filter_map(beside).collect()
}

/// The quantiles up to `reach` nines, the last one interpolated.
fn cut(known: &GroupTheory, reach: f64) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for (beyond, y) in &known.quantiles {
        let x = -beyond.log10();
        let band = None;
        if x <= reach {
            samples.push(Sample {
                x,
                y: *y,
                band,
                doubtful: false,
            });
            continue;
        }
        if let Some(last) = samples.last().copied() {
            let share = (reach - last.x) / (x - last.x);
            let y = last.y + (y - last.y) * share;
            samples.push(Sample {
                x: reach,
                y,
                band,
                doubtful: false,
            });
        }
        break;
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The curve ends where the measured one does, between two quantiles.
    #[test]
    fn a_quantile_function_is_cut_at_the_reach_of_the_measured_one() {
        let dir = tempfile::tempdir().unwrap();
        crate::plot::testing::write(dir.path(), &[]);
        std::fs::create_dir(dir.path().join("histograms")).unwrap();
        let theory = "task_group,model\na,M/D/1\n";
        std::fs::write(dir.path().join("theory.csv"), theory).unwrap();
        let quantiles = "task_group,beyond,sojourn_ns\na,1,10\na,0.1,20\na,0.01,40\na,0.001,90\n";
        let path = dir.path().join("histograms/theory-quantiles.csv");
        std::fs::write(path, quantiles).unwrap();
        let results = crate::results::read::Results::read(dir.path()).unwrap();
        let theory = results.theory().unwrap();
        let samples = cut(theory.of(0, "a").unwrap(), 1.5);
        let points: Vec<(f64, f64)> = samples.iter().map(|s| (s.x, s.y)).collect();
        assert_eq!(points, [(0.0, 10.0), (1.0, 20.0), (1.5, 30.0)]);
    }
}
