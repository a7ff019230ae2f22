//! The longest time in which all queues empty, once nothing more arrives.

use crate::scenario::{Allowance, Capacity, Egress, PacketAllowance, Scenario};

use super::load::Station;

/// How long stations take to empty.
pub(super) struct Drain {
    /// All of them, one after the other \[s\].
    pub seconds: f64,
    /// The key of the one that takes longest.
    pub longest: &'static str,
}

/// The key that a long time is blamed on, unless a limit takes longer.
const ENI_QUEUE: &str = "network.eni-queue.capacity";

/// An upper bound to the time in which every station has let everything pass, one after the other.
/// A queue without a limit holds at most what was offered.
pub(super) fn of(scenario: &Scenario) -> Drain {
    let times = times(scenario);
    let longest = times.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    Drain {
        seconds: times.iter().map(|(_, seconds)| seconds).sum(),
        longest: longest.map_or(ENI_QUEUE, |(key, _)| key),
    }
}

/// Keys of stations, and the time in which each is empty \[s\].
fn times(scenario: &Scenario) -> Vec<(&'static str, f64)> {
    let Some(egress) = scenario.network.egress.allowance() else {
        return Vec::new();
    };
    let offered = Offered::of(scenario);
    let enis = match scenario.network.egress {
        Egress::PerTask { .. } => scenario.own_task_count() as f64,
        Egress::Shared { .. } | Egress::Refused => 1.0,
    };
    let (queue, trunk) = match scenario.network.egress {
        Egress::Refused => return Vec::new(),
        Egress::Shared { queue, .. } => (queue, None),
        Egress::PerTask { queue, trunk, .. } => (queue, trunk),
    };
    let each = match queue.capacity {
        Capacity::Unlimited => f64::INFINITY,
        Capacity::Packets(packets) => f64::from(packets.get()) * offered.packet_bits,
        Capacity::Bytes(bytes) => bytes.get() as f64 * 8.0,
    };
    let of_trunk = trunk.map_or(0.0, |trunk| {
        trunk.capacity.map_or(f64::INFINITY, |packets| {
            f64::from(packets.get()) * offered.packet_bits
        })
    });
    let out = through(egress, each * enis + of_trunk, enis, &offered);
    let ingress = scenario.network.ingress;
    let incoming = ingress.map_or(0.0, |ingress| through(ingress, each * enis, enis, &offered));
    let mut times = vec![
        (ENI_QUEUE, host_stack_s(scenario, &offered) + out),
        ("instance.ingress", incoming),
    ];
    times.extend(limits(scenario, &offered));
    times
}

/// What arrives in a trial, at most.
struct Offered {
    packets: f64,
    bits: f64,
    /// Bits of the largest packet.
    packet_bits: f64,
}

impl Offered {
    fn of(scenario: &Scenario) -> Offered {
        let window = scenario.window;
        let horizon = window.warm_up.as_s_lossy() + 2.0 * window.measure.as_s_lossy();
        Offered {
            packets: scenario.offered_packets_per_s() * horizon + 1.0,
            bits: scenario.offered_bits_per_s() * horizon,
            packet_bits: scenario.largest_packet().get() as f64 * 8.0,
        }
    }
}

/// The time that `queue_bits` in front of an allowance, and its full buffer, take at its baseline.
fn through(allowance: Allowance, queue_bits: f64, enis: f64, offered: &Offered) -> f64 {
    let buffer_bits = match allowance {
        Allowance::Link(_) => 0.0,
        Allowance::TokenBucket(bucket) => bucket.buffer.get() as f64 * 8.0,
    };
    // A few packets more than on average are offered; one per ENI stands for them.
    let most = offered.bits + offered.packet_bits * enis;
    let rate = allowance.baseline().bits_per_s() as f64;
    let transmission_s = offered.packet_bits * enis / rate;
    transmission_s + (queue_bits + buffer_bits).min(most) / rate
}

fn host_stack_s(scenario: &Scenario, offered: &Offered) -> f64 {
    scenario.network.host_stack.map_or(0.0, |stack| {
        let packet_s = stack.per_packet.as_s_lossy()
            + stack.per_byte.as_s_lossy() * offered.packet_bits / 8.0
            + stack.per_connection.as_s_lossy();
        let held = stack.capacity.map_or(f64::INFINITY, |n| f64::from(n.get()));
        // Packets between tasks may cross it twice.
        let crossings = match Station::HostStack.of_all(scenario).packets_per_s {
            crossed if crossed > scenario.offered_packets_per_s() => 2.0,
            _ => 1.0,
        };
        crossings * (offered.packets.min(held) * packet_s + stack.latency.as_s_lossy())
    })
}

fn limits(scenario: &Scenario, offered: &Offered) -> [(&'static str, f64); 3] {
    let limits = &scenario.network.limits;
    let budget = |limit: Option<PacketAllowance>| {
        limit.map_or(0.0, |limit| {
            let held = f64::from(limit.buffer).min(offered.packets);
            (held + 1.0) / limit.rate.per_s()
        })
    };
    let flow = limits.flow.map_or(0.0, |cap| {
        let held = (cap.buffer.get() as f64 * 8.0).min(offered.bits);
        (held + offered.packet_bits) / cap.rate.bits_per_s() as f64
    });
    [
        ("instance.packet-allowance", budget(limits.packets)),
        ("instance.link-local", budget(limits.link_local)),
        ("instance.flow-cap", flow),
    ]
}
