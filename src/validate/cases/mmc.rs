//! M/M/c and M/D/c: cores of the host stack that share one queue; and cores that do not.

use super::file::{FAST, FIXED, File, POISSON, SHARED, task, traffic};
use super::{SERVICE_US, beyond_quantile, mean_sojourn};
use crate::measure::Stage;
use crate::theory::md1::Md1;
use crate::theory::mdc::Mdc;
use crate::theory::mmc::Mmc;
use crate::validate::case::{Case, Group, Setup};
use crate::validate::reading::stage_us;

pub(super) const GROUP: Group = Group {
    key: "mmc",
    name: "M/M/c, M/D/c, c × M/D/1",
    about: "cores with one queue (Erlang 1917, Crommelin 1932), or one each",
    setups,
};

fn setups() -> Vec<Setup> {
    let mut setups: Vec<Setup> = [(2, 0.5), (2, 0.8), (4, 0.8), (8, 0.8), (8, 0.9)]
        .map(shared)
        .into();
    setups.extend([(2, 0.8), (4, 0.8), (8, 0.9)].map(shared_constant));
    setups.push(hashed(4, 0.8));
    setups
}

/// One queue for all cores.
fn shared((cores, load): (u32, f64)) -> Setup {
    let queue = Mmc::new(cores, load);
    let stack = format!(
        r#"{{ cores = {cores}, per-packet = "10 us", backlog = "unlimited", distribution = "exponential" }}"#
    );
    let total = f64::from(cores) * load;
    let file = File {
        measure: "10 s",
        egress: FAST,
        host_stack: &stack,
        tasks: &[task("a", 1, traffic(POISSON, total, FIXED))],
        ..SHARED
    };
    let wait = SERVICE_US * queue.mean_wait();
    let cases = vec![
        Case::estimate("mean wait for a core", "µs", wait, |m| {
            stage_us(&m[0], &[Stage::HostStackWait], |_| true)
        }),
        mean_sojourn(queue.mean_sojourn()),
        beyond_quantile((0.99, "p99"), queue.sojourn_quantile(0.99)),
    ];
    Setup::windows(format!("M/M/{cores}, load {load}"), [file.text()], cases)
}

/// One queue for all cores, and a constant time for each packet.
fn shared_constant((cores, load): (u32, f64)) -> Setup {
    let stack = format!(r#"{{ cores = {cores}, per-packet = "10 us", backlog = "unlimited" }}"#);
    let total = f64::from(cores) * load;
    let file = File {
        measure: "10 s",
        egress: FAST,
        host_stack: &stack,
        tasks: &[task("a", 1, traffic(POISSON, total, FIXED))],
        ..SHARED
    };
    let wait = SERVICE_US * Mdc::new(cores, load).mean_wait();
    let cases = vec![Case::estimate("mean wait for a core", "µs", wait, |m| {
        stage_us(&m[0], &[Stage::HostStackWait], |_| true)
    })];
    Setup::windows(format!("M/D/{cores}, load {load}"), [file.text()], cases)
}

/// Packets are hashed onto the cores: each of them is M/D/1, whatever the others have to do.
fn hashed(cores: u32, load: f64) -> Setup {
    let stack = format!(
        r#"{{ cores = {cores}, per-packet = "10 us", backlog = "unlimited", steering = "by-queue" }}"#
    );
    let queues = format!("eni-queues = {cores}");
    let total = f64::from(cores) * load;
    let file = File {
        measure: "2 s",
        egress: FAST,
        host_stack: &stack,
        network: &queues,
        tasks: &[task("a", 1, traffic(POISSON, total, FIXED))],
        ..SHARED
    };
    let queue = Md1::new(load);
    let cases = vec![
        mean_sojourn(1.0 + queue.mean_wait()),
        beyond_quantile((0.99, "p99"), 1.0 + queue.wait_quantile(0.99)),
    ];
    Setup::windows(
        format!("{cores} × M/D/1, load {load}"),
        [file.text()],
        cases,
    )
}
