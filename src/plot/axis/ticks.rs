//! Ticks: the densest set of round numbers whose labels do not touch.

use super::super::font::text_width;
use super::{Axis, Scale, format_number, format_significant};

/// A place on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// From 0 at the axis's start to 1 at its end.
    pub(crate) position: f64,
    /// Its number; `None` for a tick between numbers.
    pub(crate) label: Option<String>,
}

/// Which way an axis runs, as far as its labels care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Labels stand side by side.
    Horizontal,
    /// Labels stand above each other.
    Vertical,
}

/// More labels than this are noise, however much room there is.
const LABELS_MAX: usize = 9;
/// A tick for every whole multiple of a decade is for axes with few of them.
const DENSE_MAX: usize = 8;

impl Axis {
    /// Ticks for an axis `length` px long with labels of `size` px.
    pub(crate) fn ticks(&self, length: f64, size: f64, direction: Direction) -> Vec<Tick> {
        let sets = match self.scale {
            Scale::Linear { low, high } => self.linear_sets(low, high),
            Scale::Log { low, high } => self.log_sets(low, high),
            Scale::Nines { high } => self.nines_sets(high),
        };
        let fits = |ticks: &&Vec<Tick>| labels_fit(ticks, length, size, direction);
        let best = sets.iter().find(fits).or(sets.last());
        best.cloned().unwrap_or_default()
    }

    /// Labelled ticks at `values`, minor ones at `minor`.
    fn set(&self, values: &[f64], minor: &[f64], format: &dyn Fn(f64) -> String) -> Vec<Tick> {
        let tick = |value: f64, label| Tick {
            position: self.scale.position(value),
            label,
        };
        let labelled = values
            .iter()
            .map(|v| tick(*v, Some(format(v * self.unit.per_base))));
        let between = minor.iter().filter(|v| !values.contains(v));
        labelled.chain(between.map(|v| tick(*v, None))).collect()
    }

    /// Tick sets of a linear axis, densest first: the swept values, then steps of 1, 2, 5.
    fn linear_sets(&self, low: f64, high: f64) -> Vec<Vec<Tick>> {
        let scale = self.unit.per_base;
        let (low, high) = (low * scale, high * scale);
        let mut sets = self.swept_set().into_iter().collect::<Vec<_>>();
        let decade = 10f64.powf(((high - low) / 10.0).log10().floor());
        let plain = |factor| (factor, false);
        let quarter = |factor| (factor, true);
        let factors = [
            plain(1.0),
            plain(2.0),
            quarter(2.5),
            plain(5.0),
            plain(10.0),
            plain(20.0),
            quarter(25.0),
            plain(50.0),
        ];
        // Where only whole numbers were swept (a number of tasks), a fraction means nothing.
        let whole = !self.swept.is_empty() && self.swept.iter().all(|v| (v * scale).fract() == 0.0);
        for (factor, is_quarter) in factors {
            let step = decade * factor;
            // A quarter reads well of tens and hundreds, not of a thousandth.
            if is_quarter && step < 2.4 || whole && step.fract() != 0.0 {
                continue;
            }
            // One more than the step's own, for steps of 2.5; trailing zeros are cut.
            let decimals = (1.0 - step.log10().floor()).max(0.0) as usize;
            let first = (low / step - 1e-9).ceil() as i64;
            let last = (high / step + 1e-9).floor() as i64;
            let values: Vec<f64> = (first..=last).map(|i| i as f64 * step / scale).collect();
            sets.push(self.set(&values, &[], &|v| format_number(v, decimals)));
        }
        sets
    }

    /// The swept values as ticks, if they are few and distinct as labels.
    fn swept_set(&self) -> Option<Vec<Tick>> {
        let few = !self.swept.is_empty() && self.swept.len() <= LABELS_MAX;
        few.then(|| self.set(&self.swept, &[], &|v| format_significant(v, 4)))
    }

    /// Tick sets of a logarithmic axis, densest first; linear steps if it spans too little.
    fn log_sets(&self, low: f64, high: f64) -> Vec<Vec<Tick>> {
        let scale = self.unit.per_base;
        let (low, high) = (low * scale, high * scale);
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let inside = |v: &f64| low * (1.0 - 1e-9) <= *v && *v <= high * (1.0 + 1e-9);
        let multiples = |factors: &[f64], every: i32| -> Vec<f64> {
            let decades = (first..=last).filter(|decade| decade.rem_euclid(every) == 0);
            let values = decades.flat_map(|d| factors.iter().map(move |f| f * 10f64.powi(d)));
            values.filter(inside).map(|v| v / scale).collect()
        };
        let all = multiples(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 1);
        let decades = multiples(&[1.0], 1);
        let minor = if last - first <= 8 { &all } else { &decades };
        let mut sets = self.swept_set().into_iter().collect::<Vec<_>>();
        let format = |v| format_significant(v, 3);
        if all.len() <= DENSE_MAX && all.len() >= 3 {
            sets.push(self.set(&all, &[], &format));
            let some = multiples(&[1.0, 2.0, 3.0, 5.0, 7.0], 1);
            sets.push(self.set(&some, minor, &format));
        }
        for (factors, every) in [
            (&[1.0, 2.0, 5.0] as &[f64], 1),
            (&[1.0, 3.0], 1),
            (&[1.0], 1),
            (&[1.0], 2),
            (&[1.0], 3),
        ] {
            let values = multiples(factors, every);
            if values.len() >= 2 {
                sets.push(self.set(&values, minor, &format));
            }
        }
        if sets.is_empty() {
            sets = self.linear_sets(low / scale, high / scale);
        }
        sets
    }

    /// 0, 90, 99, 99.9 … percent with 50 and the halves between as minor ticks; every second
    /// nine, or none but the ends, where there is no room.
    fn nines_sets(&self, high: f64) -> Vec<Vec<Tick>> {
        let whole: Vec<f64> = (0..=high.floor() as u32).map(f64::from).collect();
        let halves = [0.5, 0.75, 0.95, 0.995, 0.9995, 0.99995].map(|q: f64| -(1.0 - q).log10());
        let minor = halves.into_iter().filter(|nines| *nines < high);
        let minor: Vec<f64> = minor.chain(whole.iter().copied()).collect();
        let every = |step: usize| {
            let values: Vec<f64> = whole.iter().copied().step_by(step).collect();
            self.set(&values, &minor, &nines_label)
        };
        vec![every(1), every(2), every(3), every(whole.len())]
    }
}

/// The percentile of a whole number of nines: `99.9` of 3.
fn nines_label(nines: f64) -> String {
    match nines.round() as usize {
        0 => "0".to_owned(),
        1 => "90".to_owned(),
        2 => "99".to_owned(),
        more => format!("99.{}", "9".repeat(more - 2)),
    }
}

/// How far a label reaches beyond the ends of its axis at most \[px\]: less than half of what is between
/// two panels, whose first and last numbers would meet otherwise.
const BEYOND: f64 = 6.0;

/// Where the middle of a label of a horizontal axis stands \[px\]: at its tick at `x`, but not
/// far beyond the axis's ends, where the next panel may begin.
pub(crate) fn label_center(x: f64, label: &str, length: f64, size: f64) -> f64 {
    let half = text_width(label, size) / 2.0;
    x.max(half - BEYOND).min(length + BEYOND - half)
}

/// Whether no label of `ticks` touches another on an axis `length` px long.
fn labels_fit(ticks: &[Tick], length: f64, size: f64, direction: Direction) -> bool {
    let placed = |tick: &'_ Tick, label: &str| match direction {
        Direction::Horizontal => label_center(tick.position * length, label, length, size),
        Direction::Vertical => tick.position * length,
    };
    let mut labels: Vec<(f64, &str)> = ticks
        .iter()
        .filter_map(|tick| {
            tick.label
                .as_deref()
                .map(|label| (placed(tick, label), label))
        })
        .collect();
    let most = match direction {
        Direction::Horizontal => LABELS_MAX,
        Direction::Vertical => LABELS_MAX - 2,
    };
    if labels.len() > most {
        return false;
    }
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    labels.windows(2).all(|pair| {
        let needed = match direction {
            Direction::Vertical => size * 1.7,
            Direction::Horizontal => {
                let widths = text_width(pair[0].1, size) + text_width(pair[1].1, size);
                widths / 2.0 + size * 0.7
            }
        };
        pair[1].0 - pair[0].0 >= needed
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Dimension, Unit};
    use super::*;

    fn labels(axis: &Axis, length: f64) -> Vec<String> {
        let ticks = axis.ticks(length, 16.0, Direction::Horizontal);
        ticks.into_iter().filter_map(|tick| tick.label).collect()
    }

    fn axis(dimension: Dimension, typical: f64, scale: Scale) -> Axis {
        Axis::new("x", dimension.unit_for(typical), scale)
    }

    #[test]
    fn numbers_at_the_ends_stay_with_their_panel() {
        let (size, length) = (15.0, 400.0);
        let label = "900,000";
        let half = text_width(label, size) / 2.0;
        let first = label_center(0.0, label, length, size);
        let last = label_center(length, label, length, size);
        // Two panels are 24 px apart, so that 12 px stay between the last number and the next first.
        assert!((first - half + 6.0).abs() < 1e-9 && (last + half - 406.0).abs() < 1e-9);
        assert_eq!(label_center(200.0, label, length, size), 200.0);
    }

    #[test]
    fn log_ticks_thin_out_with_the_room() {
        let scale = Scale::Log {
            low: 1e5,
            high: 1e7,
        };
        let axis = axis(Dimension::Nanoseconds, 1e6, scale);
        assert_eq!(
            labels(&axis, 600.0),
            ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
        );
        assert_eq!(labels(&axis, 100.0), ["0.1", "1", "10"]);
    }

    #[test]
    fn a_short_log_range_gets_round_steps() {
        let scale = Scale::Log {
            low: 130.0,
            high: 190.0,
        };
        let plain = Axis::new("x", Dimension::Plain.unit_for(1.0), scale);
        let labels = labels(&plain, 300.0);
        assert!(labels.len() >= 2, "{labels:?}");
    }

    #[test]
    fn few_swept_values_are_the_ticks() {
        let scale = Scale::Log {
            low: 1.0,
            high: 64.0,
        };
        let mut axis = axis(Dimension::Plain, 8.0, scale);
        axis.swept = vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        assert_eq!(labels(&axis, 500.0), ["1", "2", "4", "8", "16", "32", "64"]);
    }

    #[test]
    fn nines_are_evenly_spaced() {
        let unit = Unit {
            name: "",
            per_base: 1.0,
        };
        let axis = Axis::new("percentile", unit, Scale::Nines { high: 4.0 });
        let ticks = axis.ticks(600.0, 16.0, Direction::Horizontal);
        let labelled: Vec<_> = ticks.iter().filter(|tick| tick.label.is_some()).collect();
        let positions: Vec<f64> = labelled.iter().map(|tick| tick.position).collect();
        assert_eq!(positions, [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(labelled[3].label.as_deref(), Some("99.9"));
    }
}
