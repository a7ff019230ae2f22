//! GI/M/1: independent gaps of any law, packets of exponential size; and Kingman's bound for sizes
//! of any law as well.

use super::file::{EXPONENTIAL, File, SHARED, task, traffic};
use super::{SERVICE_US, beyond_quantile, mean_wait};
use crate::theory::gim1::{Gaps, GiM1};
use crate::theory::kingman;
use crate::validate::case::{Case, Group, Setup};
use crate::validate::reading::eni_wait_us;

pub(super) const GROUP: Group = Group {
    key: "gim1",
    name: "GI/M/1",
    about: "independent gaps, exponential sizes (Kleinrock 1975); GI/G/1 below Kingman's bound",
    setups,
};

const PERIODIC: &str = r#"arrivals = "periodic""#;
const UNIFORM: &str = r#"arrivals = "renewal", inter-arrival = { distribution = "uniform" }"#;
const ERLANG_4: &str =
    r#"arrivals = "renewal", inter-arrival = { distribution = "erlang", shape = 4 }"#;
const HYPEREXPONENTIAL_4: &str =
    r#"arrivals = "renewal", inter-arrival = { distribution = "hyperexponential", scv = 4 }"#;

fn setups() -> Vec<Setup> {
    let h2 = Gaps::Hyperexponential(4.0);
    vec![
        exact("D", PERIODIC, Gaps::Constant, 0.5),
        exact("D", PERIODIC, Gaps::Constant, 0.8),
        exact("D", PERIODIC, Gaps::Constant, 0.9),
        exact("uniform", UNIFORM, Gaps::Uniform, 0.8),
        exact("E4", ERLANG_4, Gaps::Erlang(4), 0.8),
        exact("E4", ERLANG_4, Gaps::Erlang(4), 0.9),
        exact("H2, c² = 4", HYPEREXPONENTIAL_4, h2, 0.8),
        exact("H2, c² = 4", HYPEREXPONENTIAL_4, h2, 0.9),
        bounded(
            "E4/E4/1",
            (ERLANG_4, 0.25),
            (
                r#"{ distribution = "erlang", mean = "1250 B", shape = 4 }"#,
                0.25,
            ),
        ),
        bounded(
            "H2/E4/1",
            (HYPEREXPONENTIAL_4, 4.0),
            (
                r#"{ distribution = "erlang", mean = "1250 B", shape = 4 }"#,
                0.25,
            ),
        ),
    ]
}

/// Gaps of a law: mean wait, and the tail of the sojourn.
fn exact(name: &str, arrivals: &str, gaps: Gaps, load: f64) -> Setup {
    let queue = GiM1::new(gaps, load);
    let file = File {
        warm_up: "200 ms", // 9000 services: 90 ms with c² = 4 at load 0.9
        measure: "20 s",
        tasks: &[task("a", 1, traffic(arrivals, load, EXPONENTIAL))],
        ..SHARED
    };
    let tail = |p: f64, name| beyond_quantile((p, name), queue.sojourn_quantile(p));
    let cases = vec![
        mean_wait(queue.mean_wait()),
        tail(0.9, "p90"),
        tail(0.99, "p99"),
    ];
    Setup::windows(format!("{name}, load {load}"), [file.text()], cases)
}

/// Gaps and sizes of any law, each with its squared coefficient of variation: at most Kingman's
/// bound, and not far below it near saturation.
fn bounded(name: &str, (arrivals, gap_scv): (&str, f64), (size, scv): (&str, f64)) -> Setup {
    const LOAD: f64 = 0.9;
    let file = File {
        warm_up: "200 ms",
        measure: "20 s",
        tasks: &[task("a", 1, traffic(arrivals, LOAD, size))],
        ..SHARED
    };
    let bound = SERVICE_US * kingman::mean_wait_bound(LOAD, gap_scv, scv);
    let case = Case::bounds("mean wait, Kingman", "µs", (0.0, bound), |m| {
        eni_wait_us(&m[0])
    });
    Setup::windows(format!("{name}, load {LOAD}"), [file.text()], vec![case])
}
