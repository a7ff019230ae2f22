//! `enibench compare`: what changed between two results, with a verdict and an exit code.

mod json;
mod keys;
mod markdown;
mod place;
mod table;
mod words;

use std::io::Write;
use std::path::Path;

use super::args::{CompareArgs, FailOn};
use super::exit::{Exit, Failure};
use super::stderr::say;
use crate::compare::{Comparison, Row, Settings, Side, Verdict, compare, compare_values};
use crate::metric::Metric;
use crate::results::Results;
use keys::Keys;

/// A comparison and what was asked for.
struct Report<'a> {
    args: &'a CompareArgs,
    settings: Settings,
    base: Results,
    /// `None` where values inside the base are compared.
    new: Option<Results>,
    /// The key whose values are compared.
    key: Option<&'a str>,
    /// What the experiment files do not agree on.
    keys: Keys,
    comparison: Comparison,
}

/// Runs the verb.
pub fn run(args: &CompareArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let settings = Settings {
        metrics: args.metrics.clone(),
        task_groups: args.task_groups.clone(),
        threshold: args.threshold,
        loss_floor: args.loss_floor,
    };
    let base = Results::read(&args.base)?;
    let new = args.new.as_deref().map(Results::read).transpose()?;
    let (key, values) = match &args.by {
        None => (None, Vec::new()),
        Some(by) => match by.split_once('=') {
            None => (Some(by.as_str()), Vec::new()),
            Some((key, values)) => {
                let key = key.trim();
                (Some(key), split(values, &taken(&base, key)))
            }
        },
    };
    let side = Side::of(&base)?;
    let comparison = match (&new, key) {
        (Some(new), _) => compare(&side, &Side::of(new)?, &settings)?,
        (None, key) => compare_values(&side, key.unwrap_or_default(), &values, &settings)?,
    };
    let keys = new.as_ref().map(|new| Keys::of(&base, new));
    let report = Report {
        args,
        settings,
        base,
        new,
        key,
        keys: keys.unwrap_or_default(),
        comparison,
    };
    report.warn();
    if args.json {
        json::write(&report, out)?;
    } else if args.markdown {
        markdown::write(&report, out)?;
    } else {
        table::write(&report, out)?;
    }
    Ok(report.end())
}

impl Report<'_> {
    /// Says what makes the sides less alike than they should be.
    fn warn(&self) {
        let both = [Some(&self.base), self.new.as_ref()].into_iter().flatten();
        for results in both.filter(|results| results.manifest.failed_trials > 0) {
            let (failed, dir) = (results.manifest.failed_trials, results.dir.display());
            say!("warning: {failed} trials of {dir} failed and are not compared");
        }
        let Some(new) = &self.new else { return };
        let (base, new) = (&self.base.manifest, &new.manifest);
        if base.question != new.question {
            say!(
                "warning: these are different experiments, of which {} points match: \"{}\" and \"{}\"",
                self.points(),
                base.question,
                new.question
            );
        }
        if base.model_version != new.model_version {
            let version = |version: Option<u64>| {
                version.map_or_else(|| "not recorded".to_owned(), |version| version.to_string())
            };
            say!(
                "warning: the models differ (versions {} and {}), so changes may be theirs",
                version(base.model_version),
                version(new.model_version)
            );
        }
    }

    /// The tests that are listed: those that are the same are but counted, unless they are asked for or
    /// failed on.
    fn shown(&self) -> impl Iterator<Item = &Row> {
        let all = self.args.all || self.args.fail_on.contains(&FailOn::Same);
        let rows = self.comparison.rows.iter();
        rows.filter(move |row| all || row.verdict != Verdict::Same)
    }

    /// Sweep points that were compared.
    fn points(&self) -> usize {
        let mut points: Vec<_> = self.comparison.rows.iter().map(|row| &row.point).collect();
        points.dedup();
        points.len()
    }

    /// Exit code, with the reason if it is a failure.
    fn end(&self) -> Exit {
        let is_asked = |verdict: &Verdict| {
            let asked = |fail_on: &FailOn| fail_on.verdict() == Some(*verdict);
            self.args.fail_on.iter().any(asked)
        };
        let failed = Verdict::ALL.into_iter().filter(is_asked);
        let counts: Vec<String> = failed
            .map(|verdict| (self.comparison.count(verdict), verdict))
            .filter(|(count, _)| *count > 0)
            .map(|(count, verdict)| format!("{count} {}", verdict.name()))
            .collect();
        if counts.is_empty() {
            return Exit::Done;
        }
        say!(
            "error: {} of {} tests",
            counts.join(", "),
            self.comparison.rows.len()
        );
        Exit::Failed
    }

    /// What each side is, in words.
    fn sides(&self) -> [String; 2] {
        let of = |results: &Results| {
            let seed = results.manifest.seed;
            let seed = seed.map_or_else(|| "not recorded".to_owned(), |seed| seed.to_string());
            format!("{} (seed {seed})", shown(&results.dir))
        };
        let base = of(&self.base);
        let (Some(key), None) = (self.key, &self.new) else {
            return [base, self.new.as_ref().map(of).unwrap_or_default()];
        };
        let mut others: Vec<&str> = Vec::new();
        let rows = self.comparison.rows.iter();
        let values: Vec<_> = rows.filter_map(|row| row.values.as_ref()).collect();
        for (_, new) in &values {
            if !others.contains(&new.as_str()) {
                others.push(new);
            }
        }
        let first = values.first().map_or("", |(first, _)| first.as_str());
        [
            format!("{key} = {first} in {base}"),
            format!("{key} = {}", others.join(" | ")),
        ]
    }

    /// How the intervals came about, in words.
    fn method(&self) -> [String; 2] {
        let comparison = &self.comparison;
        let tests = match comparison.tests {
            1 => "1 test".to_owned(),
            n => format!("{n} tests"),
        };
        let mut pairs = match comparison.paired {
            true => "one seed, so replications of one number met the same packets: paired",
            false => "other seeds, so the sides are independent (Welch)",
        }
        .to_owned();
        if let Some(reduction) = self.variance_reduction() {
            pairs += &format!(", worth {reduction} × the replications");
        }
        if let Some((least, most, measured)) = comparison.partly_paired() {
            let paired = match least == most {
                true => most.to_string(),
                false => format!("{least} to {most}"),
            };
            pairs += &format!("; {paired} of {measured} replications paired");
        }
        let percent = |value: f64| words::plain(value * 100.0);
        let mut same = format!("same: within ±{} %", percent(self.settings.threshold));
        if self.settings.metrics.contains(&Metric::LossRatio) && self.settings.loss_floor > 0.0 {
            same += &format!(" (loss: or ±{} pp)", percent(self.settings.loss_floor));
        }
        [
            format!("{tests}, all intervals together 95 %; {same}"),
            pairs,
        ]
    }

    /// The median of what pairing saves.
    fn variance_reduction(&self) -> Option<String> {
        let rows = self.comparison.rows.iter();
        let mut reductions: Vec<f64> = rows
            .filter_map(|row| row.pairing?.variance_reduction)
            .collect();
        reductions.sort_by(f64::total_cmp);
        let median = reductions.get(reductions.len() / 2)?;
        Some(words::plain(*median))
    }

    /// What needs explaining, and what was not compared.
    fn notes(&self) -> Vec<String> {
        let comparison = &self.comparison;
        let shown: Vec<&Row> = self.shown().collect();
        let mut notes = words::notes(&shown);
        let hidden = comparison.rows.len() - shown.len();
        if hidden > 0 {
            notes.push(format!("{hidden} same not shown: --all shows them"));
        }
        if comparison.repeated > 0 {
            notes.push(format!(
                "{} points repeat another and are left out",
                comparison.repeated
            ));
        }
        for (side, lone) in [
            ("the base", &comparison.only_base),
            ("the new side", &comparison.only_new),
        ] {
            notes.extend(lone.iter().map(|what| format!("only {side} has {what}")));
        }
        notes
    }

    /// How many rows have which verdict.
    fn counts(&self) -> String {
        let counts = Verdict::ALL.map(|verdict| (self.comparison.count(verdict), verdict));
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, verdict)| format!("{count} {}", verdict.name()))
            .collect();
        counts.join(", ")
    }
}

/// The values that `key` takes.
fn taken<'a>(results: &'a Results, key: &str) -> Vec<&'a str> {
    let column = results
        .manifest
        .sweep_keys
        .iter()
        .position(|swept| swept == key);
    let points = results.points.iter();
    points
        .filter_map(|point| Some(point.values[column?].as_str()))
        .collect()
}

/// Values separated by commas; one that holds commas itself, as a table does, is known whole.
fn split(text: &str, known: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let text = text.trim_start();
        let behind = |value: &&str| {
            let behind = text.strip_prefix(value)?.trim_start();
            (behind.is_empty() || behind.starts_with(',')).then_some((value.len(), behind))
        };
        let whole = known
            .iter()
            .filter_map(behind)
            .max_by_key(|(length, _)| *length);
        let (length, behind) = whole.unwrap_or_else(|| {
            let end = text.find(',').unwrap_or(text.len());
            (end, &text[end..])
        });
        values.push(text[..length].trim_end().to_owned());
        rest = behind.strip_prefix(',');
    }
    values
}

/// A directory as it was named.
fn shown(dir: &Path) -> String {
    dir.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_commas_are_known_whole() {
        let table = "{ baseline = \"1 Gbit/s\", buffer = \"3 MB\" }";
        let known = ["1 Gbit/s", table, "a", "a, b"];
        assert_eq!(
            split(&format!("1 Gbit/s, {table}"), &known),
            ["1 Gbit/s", table]
        );
        assert_eq!(split(&format!("{table},a"), &known), [table, "a"]);
        assert_eq!(split("a, b,a", &known), ["a, b", "a"]);
        assert_eq!(split("x , y", &known), ["x", "y"]);
        assert_eq!(split("ab,", &known), ["ab", ""]);
    }
}
