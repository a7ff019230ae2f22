//! Stations in series: the host stack, then the ENI.

use super::file::{EXPONENTIAL, File, POISSON, SHARED, poisson, task, traffic};
use super::{SERVICE_US, beyond_quantile, mean_sojourn};
use crate::measure::Measurements;
use crate::theory::tandem::{EqualStations, TwoStations};
use crate::validate::case::{Case, Group, Length, Setup};
use crate::validate::reading::{delivered, sojourn_ps};

pub(super) const GROUP: Group = Group {
    key: "tandem",
    name: "Tandem",
    about: "host stack and ENI in series (Jackson 1957); equal times add no wait",
    setups,
};

/// A service \[ps\].
const SERVICE_PS: u128 = (SERVICE_US * 1e6) as u128;

fn setups() -> Vec<Setup> {
    vec![
        equal(0.5),
        equal(0.8),
        equal(0.9),
        unequal(),
        no_further_wait(),
        as_if_alone(),
    ]
}

/// A host stack of one core with CPU times of this mean \[µs\] and law, and a link behind it.
fn stack(us: f64, law: &str) -> String {
    format!(r#"{{ cores = 1, per-packet = "{us} us", backlog = "unlimited"{law} }}"#)
}

fn jackson(traffic: String, cpu_us: f64) -> String {
    let stack = stack(cpu_us, r#", distribution = "exponential""#);
    let file = File {
        measure: "20 s",
        host_stack: &stack,
        tasks: &[task("a", 1, traffic)],
        ..SHARED
    };
    file.text()
}

/// CPU times and sizes are independent and exponential, so stations are too.
fn equal(load: f64) -> Setup {
    let stations = EqualStations::new(2, load);
    let file = jackson(traffic(POISSON, load, EXPONENTIAL), SERVICE_US);
    let tail = |p: f64, name| beyond_quantile((p, name), stations.sojourn_quantile(p));
    let cases = vec![
        mean_sojourn(stations.mean_sojourn()),
        tail(0.5, "p50"),
        tail(0.99, "p99"),
    ];
    Setup::windows(format!("two alike, load {load}"), [file], cases)
}

/// A link slower than the core: rates 1 and 0.9, arrivals 0.6.
fn unequal() -> Setup {
    let stations = TwoStations::new(0.6, [1.0, 0.9]);
    // At 0.9 of the link's rate, CPU times are 9 µs to its 10; a unit of time is 9 µs.
    let file = jackson(traffic(POISSON, 0.6 / 0.9, EXPONENTIAL), 9.0);
    let unit = 9.0 / SERVICE_US;
    let cases = vec![
        mean_sojourn(unit * stations.mean_sojourn()),
        beyond_quantile((0.99, "p99"), unit * stations.sojourn_quantile(0.99)),
    ];
    Setup::windows("rates 1 and 0.9, arrivals 0.6", [file], cases)
}

/// The files of a core that takes `cpu_us` for each packet before the link, and of the link alone.
fn behind_a_core(cpu_us: f64) -> Vec<String> {
    let stack = stack(cpu_us, "");
    let tasks = [task("a", 2, poisson(0.4))];
    let alone = File {
        measure: "1 s",
        tasks: &tasks,
        ..SHARED
    };
    let behind = File {
        host_stack: &stack,
        ..alone
    };
    vec![behind.text(), alone.text()]
}

/// What a core of constant time lets through is spaced too widely to queue at a link of the same.
fn no_further_wait() -> Setup {
    once("equal constant times", 10.0)
}

/// A faster core before the link: the last to wait for waits as if it were alone, since a start
/// there is the latest of A_k + s₁ + (n − k)s₂ over all k ≤ n.
fn as_if_alone() -> Setup {
    once("a faster core before the link", 4.0)
}

fn once(name: &str, cpu_us: f64) -> Setup {
    // Both wait for the slower station alone: the sums differ by the core's time of each packet.
    let cpu_ps = (cpu_us * 1e6) as u128;
    let without =
        move |m: &Measurements, services: u128| sojourn_ps(m) - services * u128::from(delivered(m));
    let cases = vec![Case::identity(
        "waits of both stations, sum",
        "ps",
        move |m| {
            (
                without(&m[0], SERVICE_PS + cpu_ps),
                without(&m[1], SERVICE_PS),
            )
        },
    )];
    Setup {
        name: name.to_owned(),
        files: behind_a_core(cpu_us),
        length: Length::Once,
        cases,
    }
}
