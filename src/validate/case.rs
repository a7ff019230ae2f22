//! What is validated: numbers with their references, and the scenarios that they are read from.

use crate::measure::Measurements;

/// All that is held against one theory.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Begins the ids of its cases.
    pub key: &'static str,
    /// The model's name in queueing theory.
    pub name: &'static str,
    /// What the model stands for among packets, and whose result the reference is.
    pub about: &'static str,
    /// Makes its setups.
    pub setups: fn() -> Vec<Setup>,
}

/// Scenarios that are simulated with the same random streams, and the cases that are read from
/// them.
#[derive(Debug)]
pub struct Setup {
    /// Tells it from the other setups of its group, for example `load 0.8`.
    pub name: String,
    /// Experiment files of one point each; what they say of seed and replications is ignored.
    pub files: Vec<String>,
    /// How much of it is simulated.
    pub length: Length,
    /// What is read from it.
    pub cases: Vec<Case>,
}

impl Setup {
    /// A setup of [`Length::Windows`].
    pub fn windows<const N: usize>(
        name: impl Into<String>,
        files: [String; N],
        cases: Vec<Case>,
    ) -> Setup {
        Setup {
            name: name.into(),
            files: files.into(),
            length: Length::Windows,
            cases,
        }
    }
}

/// How much of a setup is simulated, and what a quick run shortens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// [`Length::REPLICATIONS`] replications of the window that the file names; quick ones have a
    /// tenth of the window.
    Windows,
    /// So many replications, each a draw of what a run keeps for ever; a quick run has a tenth of
    /// them.
    Draws(u32),
    /// A single replication: nothing in it is random, or what is asserted holds on every path.
    Once,
}

impl Length {
    /// Replications of a setup with windows: enough for a standard error that is known to a tenth.
    pub const REPLICATIONS: u32 = 40;

    /// How much shorter a quick run is.
    pub const QUICK: u32 = 10;

    /// Number of replications.
    pub fn replications(self, quick: bool) -> u32 {
        match self {
            Length::Windows => Self::REPLICATIONS,
            Length::Draws(draws) if quick => draws.div_ceil(Self::QUICK),
            Length::Draws(draws) => draws,
            Length::Once => 1,
        }
    }
}

/// One number, and how it is judged.
#[derive(Debug)]
pub struct Case {
    /// What is measured, for example `mean wait`.
    pub quantity: String,
    /// Its unit; empty for a probability or a ratio.
    pub unit: &'static str,
    /// What it is held against.
    pub judged: Judged,
}

/// A number from the measurements of all scenarios of a setup in one replication.
pub type Reading = Box<dyn Fn(&[Measurements]) -> Part + Send + Sync>;

/// Whether something holds, from the measurements of one replication.
pub type Question = Box<dyn Fn(&[Measurements]) -> bool + Send + Sync>;

/// Two numbers that are to be the same, from the measurements of one replication.
pub type Comparison = Box<dyn Fn(&[Measurements]) -> (u128, u128) + Send + Sync>;

/// What one replication adds to an estimate: the estimate is the sum of the sums over the sum of
/// the weights. A ratio of sums, unlike a mean of ratios, has no bias that stays while the number
/// of replications grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// For example the time that all packets waited.
    pub sum: f64,
    /// For example the number of packets.
    pub weight: f64,
}

/// How a number is judged.
pub enum Judged {
    /// Within 4.5 standard errors of the reference.
    Estimate {
        /// What theory says.
        reference: f64,
        /// What the simulator says.
        reading: Reading,
    },
    /// Between two numbers, but for 4.5 standard errors.
    Bounds {
        /// Not below this.
        low: f64,
        /// Not above this.
        high: f64,
        /// What the simulator says.
        reading: Reading,
    },
    /// True in a part of the replications between two numbers, but for the score of 4.5 standard
    /// errors.
    Share {
        /// Not in less than this part.
        low: f64,
        /// Not in more than this part.
        high: f64,
        /// What is asked of each replication.
        question: Question,
    },
    /// Not above a ceiling in any replication.
    Ceiling {
        /// What theory allows.
        ceiling: f64,
        /// What the simulator says.
        reading: Reading,
    },
    /// The same in every replication.
    Identity(Comparison),
}

impl std::fmt::Debug for Judged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Judged::Estimate { reference, .. } => write!(f, "Estimate({reference})"),
            Judged::Bounds { low, high, .. } => write!(f, "Bounds({low}, {high})"),
            Judged::Share { low, high, .. } => write!(f, "Share({low}, {high})"),
            Judged::Ceiling { ceiling, .. } => write!(f, "Ceiling({ceiling})"),
            Judged::Identity(_) => write!(f, "Identity"),
        }
    }
}

impl Case {
    /// An estimate of `reference`.
    pub fn estimate(
        quantity: impl Into<String>,
        unit: &'static str,
        reference: f64,
        reading: impl Fn(&[Measurements]) -> Part + Send + Sync + 'static,
    ) -> Case {
        let reading = Box::new(reading);
        Case {
            quantity: quantity.into(),
            unit,
            judged: Judged::Estimate { reference, reading },
        }
    }

    /// A mean that lies between `low` and `high`.
    pub fn bounds(
        quantity: impl Into<String>,
        unit: &'static str,
        (low, high): (f64, f64),
        reading: impl Fn(&[Measurements]) -> Part + Send + Sync + 'static,
    ) -> Case {
        let reading = Box::new(reading);
        Case {
            quantity: quantity.into(),
            unit,
            judged: Judged::Bounds { low, high, reading },
        }
    }

    /// Something that is true in a part of the replications between `low` and `high`.
    pub fn share(
        quantity: impl Into<String>,
        (low, high): (f64, f64),
        question: impl Fn(&[Measurements]) -> bool + Send + Sync + 'static,
    ) -> Case {
        let question = Box::new(question);
        Case {
            quantity: quantity.into(),
            unit: "",
            judged: Judged::Share {
                low,
                high,
                question,
            },
        }
    }

    /// A number that never exceeds `ceiling`.
    pub fn ceiling(
        quantity: impl Into<String>,
        unit: &'static str,
        ceiling: f64,
        reading: impl Fn(&[Measurements]) -> Part + Send + Sync + 'static,
    ) -> Case {
        let reading = Box::new(reading);
        Case {
            quantity: quantity.into(),
            unit,
            judged: Judged::Ceiling { ceiling, reading },
        }
    }

    /// Two whole numbers that are the same on every path.
    pub fn identity(
        quantity: impl Into<String>,
        unit: &'static str,
        comparison: impl Fn(&[Measurements]) -> (u128, u128) + Send + Sync + 'static,
    ) -> Case {
        Case {
            quantity: quantity.into(),
            unit,
            judged: Judged::Identity(Box::new(comparison)),
        }
    }

    /// Names the case among all: the group's key, the setup's name and the quantity.
    pub fn id(&self, group: &Group, setup: &Setup) -> String {
        [group.key, &setup.name, &self.quantity].map(slug).join("/")
    }
}

/// `text` in small letters, digits, dots and hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' | '.' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_path_of_plain_words() {
        assert_eq!(slug("load 0.8"), "load-0.8");
        assert_eq!(slug("P(wait > p99)"), "p-wait-p99");
    }

    #[test]
    fn a_quick_run_has_fewer_draws() {
        assert_eq!(Length::Draws(4000).replications(true), 400);
        assert_eq!(Length::Windows.replications(true), Length::REPLICATIONS);
    }
}
