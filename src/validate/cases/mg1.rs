//! M/G/1: Poisson packets of several sizes.

use super::file::{FAST, File, POISSON, SHARED, poisson, task, traffic, traffic_of};
use super::{HIGH, SERVICE_US, beyond, mean_wait};
use crate::measure::Stage;
use crate::theory::mg1::distribution::DiscreteWait;
use crate::theory::mg1::hyperexponential::{Hyperexponential, MH21};
use crate::theory::mg1::{self, DiscreteLaw, ErlangLaw, Tail};
use crate::validate::case::{Case, Group, Setup};
use crate::validate::reading::stage_us;

pub(super) const GROUP: Group = Group {
    key: "mg1",
    name: "M/G/1",
    about: "Poisson packets of several sizes (Pollaczek 1930, Khinchine 1932)",
    setups,
};

/// Time of a byte at 1 Gbit/s, in services \[services/byte\].
const BYTE: f64 = 1.0 / 1250.0;

/// Two exponential laws with balanced means.
const H2: &str = r#"distribution = "hyperexponential", scv = 4"#;

/// Four exponential stages.
const E4: &str = r#"distribution = "erlang", shape = 4"#;

fn setups() -> Vec<Setup> {
    let bimodal = |share: f64| {
        let size = format!(
            r#"{{ distribution = "bimodal", small = "64 B", large = "1500 B", small-share = {share} }}"#
        );
        (
            size,
            DiscreteLaw(vec![(64.0, share), (1500.0, 1.0 - share)]),
        )
    };
    let pareto =
        r#"{ distribution = "bounded-pareto", min = "64 B", max = "1500 B", shape = 1.1 }"#;
    let imix = |load| discrete("imix", (r#""imix""#.to_owned(), DiscreteLaw::imix()), load);
    let h2 = |load| MH21::new(Hyperexponential::new(4.0), load).mean_wait();
    let e4 = |load| mg1::mean_wait(&ErlangLaw { stages: 4 }, load);
    vec![
        imix(0.5),
        imix(0.8),
        imix(0.9),
        discrete("64/1500 B 50:50", bimodal(0.5), 0.8),
        discrete("64/1500 B 90:10", bimodal(0.9), 0.8),
        discrete(
            "bounded Pareto",
            (pareto.to_owned(), rounded_pareto(64, 1500, 1.1)),
            0.8,
        ),
        scaled(
            "H2, c² = 4",
            format!(r#"{H2}, mean = "1000 B""#),
            h2(0.8),
            0.8,
        ),
        scaled("E4", format!(r#"{E4}, mean = "1000 B""#), e4(0.8), 0.8),
        cpu_times("CPU times H2, c² = 4", H2, h2(0.8), 0.8),
        cpu_times("CPU times E4", E4, e4(0.9), 0.9),
    ]
}

/// Sizes that occur with given weights: the mean wait, and the tail where it is exponential to the
/// digits that matter.
fn discrete(name: &str, (size, law): (String, DiscreteLaw), load: f64) -> Setup {
    let mean = law.moment(1);
    // As many packets as of 1250 B in 20 s.
    let measure = format!("{:.0} ms", 20e3 * mean * BYTE);
    let file = File {
        measure: &measure,
        tasks: &[task(
            "a",
            1,
            traffic_of(POISSON, load / (mean * 8e-9), &size),
        )],
        ..SHARED
    };
    let mut cases = vec![mean_wait(mg1::mean_wait(&law, load) * BYTE)];
    // The equation for all of the distribution takes long with many sizes.
    if law.0.len() <= 3 {
        let sojourn = DiscreteWait::new(&law, load, 1.0).sojourn_quantile(0.9) * BYTE;
        cases.push(beyond("P(sojourn > p90)".to_owned(), sojourn, 0.1));
    }
    if load >= 0.8 {
        let tail = Tail::new(&law, load);
        for (p, name) in HIGH {
            let sojourn = tail.sojourn_quantile(&law, p) * BYTE;
            cases.push(beyond(format!("P(sojourn > {name})"), sojourn, 1.0 - p));
        }
    }
    Setup::windows(format!("{name}, load {load}"), [file.text()], cases)
}

/// The sizes of a Pareto law between `min` and `max`, rounded to whole bytes.
fn rounded_pareto(min: u32, max: u32, shape: f64) -> DiscreteLaw {
    let (low, high) = (f64::from(min), f64::from(max));
    let beyond = |size: f64| (low / size.clamp(low, high)).powf(shape);
    let weight = |size: u32| {
        let size = f64::from(size);
        (size, beyond(size - 0.5) - beyond(size + 0.5))
    };
    DiscreteLaw((min..=max).map(weight).collect())
}

/// Sizes of a law, with this mean wait in services. The mean is 1000 B, so that the largest of them
/// is beyond doubt; the link is as much slower.
fn scaled(name: &str, law: String, wait: f64, load: f64) -> Setup {
    let file = File {
        measure: "20 s",
        egress: r#""800 Mbit/s""#,
        tasks: &[task(
            "a",
            1,
            traffic(POISSON, load, &format!("{{ {law} }}")),
        )],
        ..SHARED
    };
    let cases = vec![mean_wait(wait)];
    Setup::windows(format!("{name}, load {load}"), [file.text()], cases)
}

/// The same at a core of the host stack.
fn cpu_times(name: &str, law: &str, wait: f64, load: f64) -> Setup {
    let stack = format!(r#"{{ cores = 1, per-packet = "10 us", backlog = "unlimited", {law} }}"#);
    let file = File {
        measure: "20 s",
        egress: FAST,
        host_stack: &stack,
        tasks: &[task("a", 1, poisson(load))],
        ..SHARED
    };
    let wait = Case::estimate("mean wait for the core", "µs", SERVICE_US * wait, |m| {
        stage_us(&m[0], &[Stage::HostStackWait], |_| true)
    });
    Setup::windows(format!("{name}, load {load}"), [file.text()], vec![wait])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: mean and second moment of the law before rounding, 196.569481698 and 83173.9256249
    /// bytes and bytes², to which rounding adds less than a byte² of the latter.
    #[test]
    fn rounding_keeps_the_moments_of_a_pareto_law() {
        let law = rounded_pareto(64, 1500, 1.1);
        assert!((law.moment(1) - 196.569).abs() < 0.05, "{}", law.moment(1));
        assert!((law.moment(2) - 83_173.9).abs() < 10.0, "{}", law.moment(2));
    }
}
