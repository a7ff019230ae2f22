//! `traffic`: what each task of a group sends or receives.

use std::num::NonZeroU32;

use crate::experiment::check::join;
use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{Arrivals, Connections, Message, PacketSize, PeriodLaw, Route, Traffic};
use crate::units::{
    Bytes, PS_PER_S, PacketRate, SimDuration, parse_data_rate, parse_duration, parse_packet_rate,
};

use super::context::{Context, Reported, integer, number, parsed};
use super::{arrivals, message, packet_size};

/// How far `off` may be from what rate, peak and on say.
const RATE_TOLERANCE: f64 = 1e-3;

/// Longest mean of an on or off period; longer ones would leave a trial's range of time.
const PERIOD_MAX: SimDuration = SimDuration::from_s(24 * 3600);

/// Idle time-out of tracked TCP connections on the newest instance types.
const IDLE: SimDuration = SimDuration::from_s(350);

/// What an arrival brings.
struct Arriving {
    /// Mean bytes that rates in bit/s count.
    mean_size: f64,
    packet_size: PacketSize,
    message: Option<Message>,
}

/// Reads the `traffic` table of the group at path `task`; messages are cut for `mtu`. The route
/// is that of `direction` alone.
pub(super) fn read(
    table: &Node,
    task: &str,
    mtu: Bytes,
    cx: &mut Context<'_>,
) -> Result<Traffic, Reported> {
    let path = join(task, "traffic");
    let law = parsed(table, "arrivals", |text| Some(text.to_owned()));
    let law = law.and_then(|law| cx.required(table, &path, "arrivals", law));
    let arriving = arriving(table, &path, mtu, cx);
    // Without the mean size, rates are still checked for being there, with any size.
    let mean_size = arriving.as_ref().map_or(1.0, |arriving| arriving.mean_size);
    let rate = rate(table, &path, "rate", mean_size, cx);
    let arrivals = match law.as_deref() {
        Ok("periodic") => Ok(Arrivals::Periodic),
        Ok("poisson") => Ok(Arrivals::Poisson),
        Ok("on-off") => on_off(table, &path, rate, mean_size, cx),
        Ok("renewal") => arrivals::renewal(table, &path, cx),
        Ok("mmpp") => arrivals::mmpp(table, &path, cx),
        _ => Err(Reported),
    };
    let route = parsed(table, "direction", |text| match text {
        "out" => Some(Route::Out),
        "in" => Some(Route::In),
        _ => None,
    });
    let flows = integer(table, "flows");
    let connections = connections(table, &path, cx);
    let (arrivals, rate, arriving) = (arrivals?, rate?, arriving?);
    Ok(Traffic {
        route: route?.unwrap_or(Route::Out),
        message: arriving.message,
        flows: flows?.and_then(NonZeroU32::new),
        connections: connections?,
        ..Traffic::outbound(arrivals, rate, arriving.packet_size)
    })
}

fn arriving(
    table: &Node,
    path: &str,
    mtu: Bytes,
    cx: &mut Context<'_>,
) -> Result<Arriving, Reported> {
    let Some(node) = table.get("message-size") else {
        let node = cx.required(table, path, "packet-size", table.get("packet-size"))?;
        let packet_size = packet_size::read(node, &join(path, "packet-size"), cx)?;
        return Ok(Arriving {
            mean_size: packet_size.mean(),
            packet_size,
            message: None,
        });
    };
    let path = join(path, "message-size");
    if let Some(packet_size) = table.get("packet-size") {
        let problem = Problem::new(
            0..0,
            path,
            "`packet-size` and `message-size`: an arrival is a packet or a message",
        )
        .rule("packet or message")
        .remedy("remove one; messages are cut into packets as large as `mtu` allows");
        return Err(cx.blame(&[Some(packet_size), Some(node)], problem));
    }
    let size = message::read(node, &path, cx)?;
    let (message, packet_size) = message::cut(size, mtu);
    Ok(Arriving {
        mean_size: size.get() as f64,
        packet_size,
        message: Some(message),
    })
}

fn connections(
    table: &Node,
    path: &str,
    cx: &mut Context<'_>,
) -> Result<Option<Connections>, Reported> {
    let Some(node) = table.get("connections") else {
        return Ok(None);
    };
    if !matches!(node.value, Value::Table(_)) {
        return Err(Reported);
    }
    let path = join(path, "connections");
    let packets = integer(node, "packets");
    let packets = packets.and_then(|packets| cx.required(node, &path, "packets", packets));
    let idle = parsed(node, "idle", |text| parse_duration(text).ok());
    Ok(Some(Connections {
        packets: NonZeroU32::new(packets?).ok_or(Reported)?,
        idle: idle?.unwrap_or(IDLE),
    }))
}

fn rate(
    table: &Node,
    path: &str,
    key: &str,
    mean_size: f64,
    cx: &mut Context<'_>,
) -> Result<PacketRate, Reported> {
    let rate = parsed(table, key, |text| {
        let bits = || PacketRate::new(parse_data_rate(text).ok()?.bits_per_s() as f64);
        parse_packet_rate(text)
            .ok()
            .or_else(|| PacketRate::new(bits()?.per_s() / (8.0 * mean_size)))
    })?;
    cx.required(table, path, key, rate)
}

/// A period's table or duration: what it says of mean and shape.
#[derive(Clone, Copy)]
struct Period {
    mean: Option<SimDuration>,
    shape: Option<f64>,
}

impl Period {
    fn law(self, mean: SimDuration) -> PeriodLaw {
        match self.shape {
            Some(shape) => PeriodLaw::Pareto { mean, shape },
            None => PeriodLaw::Exponential { mean },
        }
    }
}

fn period(
    table: &Node,
    path: &str,
    key: &str,
    cx: &mut Context<'_>,
) -> Result<Option<Period>, Reported> {
    let Some(node) = table.get(key) else {
        return Ok(None);
    };
    let path = join(path, key);
    let duration = |text: &str| parse_duration(text).ok();
    if let Some(text) = node.as_text() {
        let mean = Some(duration(text).ok_or(Reported)?);
        return Ok(Some(Period { mean, shape: None }));
    }
    if !matches!(node.value, Value::Table(_)) {
        return Err(Reported);
    }
    let law = parsed(node, "distribution", |text| Some(text.to_owned()))?;
    let law = cx.required(node, &path, "distribution", law)?;
    let mean = parsed(node, "mean", duration);
    let shape = match law.as_str() {
        "pareto" => number(node, "shape")
            .and_then(|shape| cx.required(node, &path, "shape", shape))
            .map(Some),
        "exponential" => Ok(None),
        _ => Err(Reported),
    };
    Ok(Some(Period {
        mean: mean?,
        shape: shape?,
    }))
}

fn on_off(
    table: &Node,
    path: &str,
    rate: Result<PacketRate, Reported>,
    mean_size: f64,
    cx: &mut Context<'_>,
) -> Result<Arrivals, Reported> {
    let peak = self::rate(table, path, "peak", mean_size, cx);
    let on = period(table, path, "on", cx)
        .and_then(|on| cx.required(table, path, "on", on))
        .and_then(|on| {
            let at = join(path, "on");
            let mean = cx.required(table.table("on"), &at, "mean", on.mean)?;
            Ok((on, mean))
        });
    let off = period(table, path, "off", cx);
    let (rate, peak, (on, on_mean), off) = (rate?, peak?, on?, off?);
    let peak_to_rate = peak.per_s() / rate.per_s();
    let rates = [table.get("rate"), table.get("peak")];
    if (peak_to_rate - 1.0).abs() < 1e-9 {
        let problem = Problem::new(
            0..0,
            join(path, "peak"),
            "the peak equals the rate: never off",
        )
        .rule("never off")
        .remedy("write arrivals = \"periodic\" and no peak, or raise the peak");
        return Err(cx.blame(&rates, problem));
    }
    if peak_to_rate < 1.0 {
        let message = format!(
            "a peak of {:.6} packets/s is below the mean rate of {:.6} packets/s",
            peak.per_s(),
            rate.per_s()
        );
        let problem = Problem::new(0..0, join(path, "peak"), message)
            .rule("peak")
            .remedy("raise the peak above the rate");
        return Err(cx.blame(&rates, problem));
    }
    let off_ps = on_mean.as_ps() as f64 * (peak_to_rate - 1.0);
    let off_mean = match off.and_then(|off| off.mean) {
        Some(mean) => given_off(table, path, (rate, peak, on_mean, mean), off_ps, cx)?,
        // Beyond the limit the cast saturates or not, the check below refuses both.
        None => SimDuration::from_ps((off_ps.round() as u64).max(1)),
    };
    for (key, mean) in [("on", on_mean), ("off", off_mean)] {
        if mean > PERIOD_MAX {
            let message = format!("{key} periods of {mean} on average; the limit is a day");
            let problem = Problem::new(0..0, join(path, key), message)
                .rule("period")
                .remedy("shorten `on`, or bring rate and peak nearer to each other");
            return Err(cx.blame(&[table.get("on"), table.get(key)], problem));
        }
    }
    let exponential = Period {
        mean: None,
        shape: None,
    };
    Ok(Arrivals::OnOff {
        peak,
        on: on.law(on_mean),
        off: off.unwrap_or(exponential).law(off_mean),
    })
}

/// `off` as written, if it agrees with rate, peak and on.
fn given_off(
    table: &Node,
    path: &str,
    (rate, peak, on, off): (PacketRate, PacketRate, SimDuration, SimDuration),
    off_ps: f64,
    cx: &mut Context<'_>,
) -> Result<SimDuration, Reported> {
    let on_share = on.as_ps() as f64 / (on.as_ps() as f64 + off.as_ps() as f64);
    let implied = peak.per_s() * on_share;
    if (implied / rate.per_s() - 1.0).abs() <= RATE_TOLERANCE {
        return Ok(off);
    }
    let message = format!(
        "with peak and on as given, an off of {off} makes a mean of {implied:.6} packets/s, \
         not the rate of {:.6} packets/s",
        rate.per_s()
    );
    let problem = Problem::new(0..0, join(path, "off"), message)
        .rule("off")
        .remedy(format!(
            "leave `off` out: it follows as {:.9} s",
            off_ps / PS_PER_S as f64
        ));
    let nodes = [
        table.get("rate"),
        table.get("peak"),
        table.get("on"),
        table.get("off"),
    ];
    Err(cx.blame(&nodes, problem))
}
