//! M^[b]/D/1: messages that are cut into b packets and sent at once.

use super::file::{File, SHARED, task};
use super::mean_sojourn;
use crate::theory::md1::batch_mean_wait;
use crate::validate::case::{Group, Setup};

pub(super) const GROUP: Group = Group {
    key: "batches",
    name: "M^[b]/D/1",
    about: "Poisson messages of b packets each, sent at once",
    setups,
};

/// IP and TCP headers of a packet, and of Ethernet \[bytes\].
const HEADERS: u32 = 54;

/// Load of all setups.
const LOAD: f64 = 0.8;

fn setups() -> Vec<Setup> {
    [1, 4, 16, 44].map(of).into()
}

/// A relaxation time is b times as long as with single packets.
fn of(packets: u32) -> Setup {
    let wait = batch_mean_wait(LOAD, packets);
    let message = packets * (1250 - HEADERS);
    let rate = LOAD * 1e5 / f64::from(packets);
    let traffic = format!(
        r#"{{ arrivals = "poisson", rate = "{rate:.6} packets/s", message-size = "{message} B" }}"#
    );
    let file = File {
        warm_up: "200 ms",
        measure: "5 s",
        network: r#"mtu = "1236 B""#,
        tasks: &[task("a", 1, traffic)],
        ..SHARED
    };
    // In packets, a message counts from when it is sent.
    let cases = vec![mean_sojourn(1.0 + wait)];
    Setup::windows(format!("load {LOAD}, b = {packets}"), [file.text()], cases)
}
