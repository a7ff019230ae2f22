//! M/G/c/c: connections beyond a table of c places, which nobody waits for.

use super::file::{FAST, FIXED, File, SHARED, task};
use super::loss_of;
use crate::theory::mmc::erlang_b;
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "erlang-b",
    name: "M/G/c/c",
    about: "connections beyond a table of c places (Erlang 1917)",
    setups,
};

fn setups() -> Vec<Setup> {
    vec![of(8, 6.4), of(16, 14.4)]
}

/// A connection of one packet stays tracked for 80 µs, a constant: the loss depends on the mean
/// alone.
fn of(places: u32, erlangs: f64) -> Setup {
    let rate = erlangs / 80e-6;
    let traffic = format!(
        r#"{{ arrivals = "poisson", rate = "{rate:.6} packets/s", packet-size = {FIXED}, connections = {{ packets = 1, idle = "80 us" }} }}"#
    );
    let table = format!("tracked-connections = {places}");
    let file = File {
        measure: "2 s",
        egress: FAST,
        instance: &table,
        tasks: &[task("a", 1, traffic)],
        ..SHARED
    };
    let cases = vec![loss_of(erlang_b(places, erlangs))];
    Setup::windows(
        format!("{places} places, {erlangs} erlangs"),
        [file.text()],
        cases,
    )
}
