//! Settings of the command line, written into the text of an experiment file.
//!
//! The result is again an experiment file, comments included: what ran is what is kept beside the
//! results. Values are checked here, where their place on the command line is still known.

mod edit;

use toml_edit::DocumentMut;

use crate::units::{SimDuration, parse_duration};

use super::check;
use super::diagnostics::{Diagnostics, Problem, Problems};
use super::keys::{Key, Kind};
use super::sweep;
use super::tree::{Node, Value};
use edit::{mentions, remove_assertions, remove_axis, set, write, write_axis};

/// Most replications of a quick run.
const QUICK_REPLICATIONS: i64 = 3;

/// Part of the simulated time that a quick run keeps.
const QUICK_FRACTION: u64 = 10;

/// What the command line changes in an experiment file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Key paths, as in `[sweep]`, and their values: TOML, or else a bare string.
    pub set: Vec<(String, String)>,
    /// In place of the file's seed.
    pub seed: Option<u64>,
    /// In place of the file's replications.
    pub replications: Option<u32>,
    /// At most three replications and a tenth of the simulated time.
    pub quick: bool,
}

/// The text with `overrides` applied; without any, the same text, byte for byte.
///
/// Assertions whose points a setting changes are left out, and all of them in a quick run: they were
/// not written for it.
///
/// Setting a swept or varied key to an array replaces its values, to anything else removes it from
/// the sweep. Setting another key to an array adds it to the sweep, unless it takes arrays.
///
/// # Errors
/// If the text is not TOML, or if a setting names no key or a value the key does not take; the
/// places are then those of the settings.
pub fn apply_overrides(
    source_name: &str,
    text: &str,
    overrides: &Overrides,
) -> Result<String, Diagnostics> {
    if *overrides == Overrides::default() {
        return Ok(text.to_owned());
    }
    let mut root = Node::parse(text).map_err(|syntax| syntax.report(source_name, text))?;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let mut problems = Problems::default();
        let span = error.span().unwrap_or(0..0);
        problems.add(Problem::new(span, "", error.message()));
        problems.report(source_name, text)
    })?;
    let settings = settings(overrides);
    let (mut line_start, mut lines, mut problems) = (0, String::new(), Problems::default());
    for (key, value) in &settings {
        lines.push_str(&format!("{key}={value}\n"));
        let setting = Setting {
            path: key.trim(),
            text: value,
            offset: line_start,
            value_offset: line_start + key.len() + 1,
        };
        setting.apply(&root, &mut document, &mut problems);
        line_start = lines.len();
        remove_assertions(&mut document, |table| mentions(table, setting.path));
    }
    if !problems.is_empty() {
        return Err(problems.report("--set", &lines));
    }
    if overrides.quick {
        remove_assertions(&mut document, |_| true);
        let current = document.to_string();
        if let Ok(current) = Node::parse(&current) {
            root = current;
        }
        quicken(&root, &mut document);
    }
    Ok(document.to_string())
}

fn settings(overrides: &Overrides) -> Vec<(String, String)> {
    let mut settings = overrides.set.clone();
    if let Some(seed) = overrides.seed {
        settings.push(("seed".to_owned(), seed.to_string()));
    }
    if let Some(replications) = overrides.replications {
        settings.push(("replications".to_owned(), replications.to_string()));
    }
    settings
}

/// One `KEY=VALUE`.
struct Setting<'a> {
    path: &'a str,
    text: &'a str,
    /// Where the line starts in the text of all settings.
    offset: usize,
    /// Where its value starts.
    value_offset: usize,
}

impl Setting<'_> {
    fn apply(&self, root: &Node, document: &mut DocumentMut, problems: &mut Problems) {
        let (steps, key) = match sweep::locate(self.path, root) {
            Ok(place) => place,
            Err((message, remedy)) => {
                let span = self.offset..self.value_offset - 1;
                problems.add(Problem::new(span, self.path, message).remedy(remedy));
                return;
            }
        };
        let node = match self.value(key) {
            Ok(node) => node,
            Err(problem) => {
                problems.add(*problem);
                return;
            }
        };
        let takes_arrays = key.kinds.iter().any(|kind| matches!(kind, Kind::ListOf(_)));
        let nested = node.elements().iter().any(|n| n.noun() == "array");
        let axis = node.noun() == "array" && (!takes_arrays || nested);
        let mut swept = sweep::paths(root);
        swept.push(self.path.to_owned());
        let before = problems.len();
        let values = if axis {
            node.elements()
        } else {
            std::slice::from_ref(&node)
        };
        for value in values {
            check::value(value, key, self.path, &swept, problems);
        }
        if problems.len() > before {
            return;
        }
        let written = if axis {
            write_axis(document, self.path, &node)
        } else {
            remove_axis(document, self.path);
            write(document.as_table_mut(), &steps, &node)
        };
        if !written {
            let message = format!("`{}` stands in something that is not a table", self.path);
            problems.add(
                Problem::new(self.offset..self.value_offset - 1, self.path, message)
                    .remedy("set the whole value, for example as { key = value }"),
            );
        }
    }

    /// The value as TOML, or as a string where it is none or where the key takes only strings.
    fn value(&self, key: &Key) -> Result<Node, Box<Problem>> {
        const PREFIX: &str = "v = ";
        let text = self.text.trim();
        let start = self.value_offset + self.text.len() - self.text.trim_start().len();
        let string = || Node {
            span: start..start + text.len(),
            value: Value::Text(text.to_owned()),
        };
        let only_strings = key.kinds.iter().all(Kind::is_text);
        let parsed = Node::parse(&format!("{PREFIX}{text}"));
        let parsed = parsed.ok().filter(|tree| tree.entries().len() == 1);
        match parsed.and_then(|tree| tree.get("v").cloned()) {
            // A number has no unit anyway, but a question may well be `42`.
            Some(node) if only_strings && key.takes(Kind::Text) && node.as_text().is_none() => {
                Ok(string())
            }
            Some(mut node) => {
                node.shift(PREFIX.len(), start);
                Ok(node)
            }
            None if text.starts_with(['[', '{', '"', '\'']) => {
                let message = format!("`{}` is not TOML", check::quoted(text));
                let problem = Problem::new(start..start + text.len(), self.path, message)
                    .remedy("put strings in double quotes and the whole argument in single ones");
                Err(Box::new(problem))
            }
            None => Ok(string()),
        }
    }
}

/// Fewer replications, as many for every point, and a tenth of the time. What is swept or wrong stays
/// as it is: the one is the question, the other is reported when the result is parsed.
fn quicken(root: &Node, document: &mut DocumentMut) {
    // It would go on until intervals of windows ten times as short are as narrow.
    document.as_table_mut().remove("precision");
    let replications = match root.get("replications").map(|node| &node.value) {
        Some(Value::Integer(number)) => Some(*number),
        Some(_) => None,
        None => Some(i64::from(super::REPLICATIONS)),
    };
    if replications.is_some_and(|number| number > QUICK_REPLICATIONS) {
        set(
            document.as_table_mut(),
            "replications",
            QUICK_REPLICATIONS.into(),
        );
    }
    let swept = sweep::paths(root);
    let duration = |key| parse_duration(root.get(key)?.as_text()?).ok();
    // The throughput histogram needs a whole interval, however quick.
    let interval = duration("throughput-interval").unwrap_or(SimDuration::ZERO);
    for (key, least) in [("measure", interval), ("warm-up", SimDuration::ZERO)] {
        let Some(span) = duration(key).filter(|_| !swept.iter().any(|path| path == key)) else {
            continue;
        };
        let tenth = SimDuration::from_ps(span.as_ps() / QUICK_FRACTION).max(least);
        if !tenth.is_zero() && tenth < span {
            set(document.as_table_mut(), key, tenth.to_string().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Overrides, apply_overrides};
    use crate::experiment::{Experiment, template};
    use crate::units::SimDuration;

    fn settings(pairs: &[(&str, &str)]) -> Overrides {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Overrides {
            set: pairs.iter().map(own).collect(),
            ..Overrides::default()
        }
    }

    fn apply(overrides: &Overrides) -> (String, Experiment) {
        let text = apply_overrides("x.toml", &template("x"), overrides).unwrap();
        let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
        (text, experiment)
    }

    #[test]
    fn no_override_keeps_every_byte() {
        let text = "question = 'x'\r\n# odd   spacing\r\n";
        let same = apply_overrides("x.toml", text, &Overrides::default());
        assert_eq!(same.as_deref(), Ok(text));
    }

    #[test]
    fn a_scalar_pins_a_swept_key_and_an_array_replaces_its_values() {
        let (text, pinned) = apply(&settings(&[("network.mode", "awsvpc")]));
        assert_eq!(pinned.sweep_keys, ["task.bulk.count"]);
        assert_eq!(pinned.points.len(), 3);
        assert_eq!(pinned.points[0].scenario.network.mode.name(), "awsvpc");
        assert!(text.contains("# bridge | host | awsvpc | none"), "{text}");
        let (_, fewer) = apply(&settings(&[("task.bulk.count", "[1, 2]")]));
        assert_eq!(fewer.points.len(), 4);
        assert_eq!(fewer.points[1].values, ["bridge", "2"]);
    }

    #[test]
    fn a_varied_key_keeps_its_table_and_a_scalar_pins_it() {
        let vary = "[vary]\n\"network.propagation\" = [\"170 us\", \"1 ms\"]\n\
            \"warm-up\" = [\"50 ms\", \"60 ms\"]\n";
        let text = template("x") + vary;
        let apply = |pair: (&str, &str)| {
            let text = apply_overrides("x.toml", &text, &settings(&[pair])).unwrap();
            Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"))
        };
        let more = apply(("network.propagation", "[\"170 us\", \"1 ms\", \"2 ms\"]"));
        assert_eq!(more.varied, ["network.propagation", "warm-up"]);
        assert_eq!(more.points.len(), 6 * (1 + 2 + 1));
        let pinned = apply(("network.propagation", "1 ms"));
        assert_eq!(pinned.varied, ["warm-up"]);
        assert_eq!(pinned.points.len(), 6 * (1 + 1));
        let network = &pinned.points[0].scenario.network;
        assert_eq!(network.propagation, SimDuration::from_ms(1));
    }

    #[test]
    fn keys_that_the_file_lacks_are_added() {
        let (_, experiment) = apply(&settings(&[
            ("instance.egress", "2 Gbit/s"),
            ("network.propagation", "\"1 ms\""),
            ("instance.host-stack.cores", "1"),
            ("task.api.traffic.packet-size", "[\"64 B\", \"imix\"]"),
        ]));
        assert_eq!(experiment.points.len(), 12);
        assert_eq!(experiment.sweep_keys[2], "task.api.traffic.packet-size");
        let network = &experiment.points[0].scenario.network;
        assert_eq!(network.propagation, SimDuration::from_ms(1));
        assert_eq!(network.host_stack.unwrap().cores.get(), 1);
    }

    #[test]
    fn seed_and_replications_are_set_at_the_root() {
        let overrides = Overrides {
            seed: Some(7),
            replications: Some(30),
            ..Overrides::default()
        };
        let (_, experiment) = apply(&overrides);
        assert_eq!((experiment.seed, experiment.replications), (7, 30));
    }

    #[test]
    fn quick_means_three_replications_and_a_tenth_of_the_time() {
        let overrides = Overrides {
            quick: true,
            ..Overrides::default()
        };
        let (text, experiment) = apply(&overrides);
        assert_eq!(experiment.replications, 3);
        let window = experiment.points[0].scenario.window;
        assert_eq!(window.measure, SimDuration::from_ms(50));
        assert_eq!(window.warm_up, SimDuration::from_ms(5));
        assert!(text.contains("# recorded"), "{text}");
    }

    /// A precision would go on with replications, and more of them, for the windows are short.
    #[test]
    fn quick_means_three_replications_whatever_precision_is_asked_for() {
        let text = format!(
            "{}\n[precision]\nmetric = \"p99\"\nhalf-width = \"1 %\"\n",
            template("x")
        );
        let quick = Overrides {
            quick: true,
            ..Overrides::default()
        };
        for (overrides, replications, is_precise) in
            [(Overrides::default(), 10, true), (quick, 3, false)]
        {
            let text = apply_overrides("x.toml", &text, &overrides).unwrap();
            let experiment = Experiment::parse("x.toml", &text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(experiment.replications, replications);
            assert_eq!(experiment.precision.is_some(), is_precise);
        }
    }

    #[test]
    fn wrong_settings_are_shown_where_they_were_written() {
        let overrides = settings(&[
            ("network.mdoe", "bridge"),
            ("network.mode", "brdige"),
            ("task.blk.count", "1"),
            ("task.bulk.count", "[1, -2]"),
            ("measure", "10"),
            ("instance.type", "[c5.large"),
        ]);
        let error = apply_overrides("x.toml", &template("x"), &overrides).unwrap_err();
        let places: Vec<(usize, usize)> = error
            .problems()
            .iter()
            .map(|problem| error.line_col(problem.span.start))
            .collect();
        assert_eq!(places, [(1, 1), (2, 14), (3, 1), (4, 21), (5, 9), (6, 15)]);
        let remedies: Vec<&str> = error
            .problems()
            .iter()
            .filter_map(|problem| problem.remedy.as_deref())
            .collect();
        assert!(remedies[0].contains("`mode`"), "{error}");
        assert!(remedies[1].contains("\"bridge\""), "{error}");
        assert!(remedies[2].contains("`bulk`"), "{error}");
    }
}
