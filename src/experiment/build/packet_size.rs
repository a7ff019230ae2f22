//! `packet-size`: a size, the internet mix, or a law.

use crate::experiment::diagnostics::Problem;
use crate::experiment::tree::{Node, Value};
use crate::scenario::{PacketSize, WeightedSize};
use crate::units::{Bytes, parse_bytes};

use super::context::{Context, Reported, number, parsed};
use super::law;

/// Largest packet: the length field of an IP packet has 16 bits; the headers of the link are on
/// top, and a round limit is easier to remember.
const PACKET_MAX: Bytes = Bytes::new(65_536);

/// Largest size of a scaled law where the file does not say, in means: far out in the tail.
const CUT: u64 = 64;

/// Reads the value of `packet-size`, which stands at `path`.
pub(super) fn read(node: &Node, path: &str, cx: &mut Context<'_>) -> Result<PacketSize, Reported> {
    let law = match node.as_text() {
        Some("imix") => PacketSize::imix(),
        Some(text) => PacketSize::Fixed(parse_bytes(text).map_err(|_| Reported)?),
        None => Law { node, path }.read(cx)?,
    };
    if law.largest() <= PACKET_MAX {
        return Ok(law);
    }
    let message = format!(
        "a packet of {} is beyond the largest of IP, {PACKET_MAX}",
        law.largest()
    );
    cx.problems.add(
        Problem::new(node.span.clone(), path, message)
            .remedy("write the size of a packet on the wire, for example \"1500 B\""),
    );
    Err(Reported)
}

/// A table that describes a law.
struct Law<'a> {
    node: &'a Node,
    path: &'a str,
}

impl Law<'_> {
    fn read(&self, cx: &mut Context<'_>) -> Result<PacketSize, Reported> {
        if !matches!(self.node.value, Value::Table(_)) {
            return Err(Reported);
        }
        let law = parsed(self.node, "distribution", |text| Some(text.to_owned()))?;
        match cx
            .required(self.node, self.path, "distribution", law)?
            .as_str()
        {
            "uniform" => {
                let (min, max) = self.ordered("min", "max", true, cx)?;
                Ok(PacketSize::Uniform { min, max })
            }
            "bounded-pareto" => {
                let bounds = self.ordered("min", "max", false, cx);
                let shape = number(self.node, "shape")
                    .and_then(|shape| cx.required(self.node, self.path, "shape", shape));
                let ((min, max), shape) = (bounds?, shape?);
                Ok(PacketSize::BoundedPareto { min, max, shape })
            }
            "bimodal" => {
                let sizes = self.ordered("small", "large", false, cx);
                let share = number(self.node, "small-share")
                    .and_then(|share| cx.required(self.node, self.path, "small-share", share));
                let ((small, large), share) = (sizes?, share?);
                let weighted = |size, weight| WeightedSize { size, weight };
                let sizes = vec![weighted(small, share), weighted(large, 1.0 - share)];
                Ok(PacketSize::Discrete(sizes))
            }
            "empirical" => self.empirical(cx),
            name @ ("erlang" | "exponential" | "hyperexponential") => self.scaled(name, cx),
            _ => Err(Reported),
        }
    }

    /// A law of this name with a mean.
    fn scaled(&self, name: &str, cx: &mut Context<'_>) -> Result<PacketSize, Reported> {
        let law = self.stages(name, cx);
        let law = law.and_then(|()| law::read(self.node, self.path, name, cx));
        let size = |key| parsed(self.node, key, |text| parse_bytes(text).ok());
        let mean = size("mean").and_then(|mean| cx.required(self.node, self.path, "mean", mean));
        let max = size("max");
        let (law, mean, max) = (law?, mean?, max?);
        if mean < PacketSize::SCALED_MEAN_MIN {
            let least = PacketSize::SCALED_MEAN_MIN;
            let message = format!("with a mean of {mean}, whole bytes are too coarse for the law");
            let problem = Problem::new(0..0, format!("{}.mean", self.path), message)
                .rule("mean")
                .remedy(format!("write a mean of {least} or more"));
            return Err(cx.blame(&[self.node.get("mean")], problem));
        }
        let far = Bytes::new(mean.get().saturating_mul(CUT)).min(PACKET_MAX.max(mean));
        let max = max.unwrap_or(far);
        if max >= mean {
            return Ok(PacketSize::Scaled { law, mean, max });
        }
        let message = format!("`mean` is {mean} and `max` is {max}");
        let problem = Problem::new(0..0, format!("{}.max", self.path), message)
            .rule("order")
            .remedy("write a `max` far above `mean`, or leave it out");
        Err(cx.blame(&[self.node.get("mean"), self.node.get("max")], problem))
    }

    /// Refuses a `shape` that is no number of stages: it may be a tail index, any number above 0.
    fn stages(&self, name: &str, cx: &mut Context<'_>) -> Result<(), Reported> {
        let shape = self.node.get("shape").filter(|_| name == "erlang");
        let Some(shape) = shape.filter(|shape| shape.as_number().is_some_and(|n| n > 0.0)) else {
            return Ok(());
        };
        if law::stages(shape).is_some() {
            return Ok(());
        }
        let message = format!("`{}` is no number of stages", shape.to_toml());
        let remedy = format!("write an integer from 1 to {}", law::STAGES_MAX);
        let problem = Problem::new(0..0, format!("{}.shape", self.path), message)
            .rule("stages")
            .remedy(remedy);
        Err(cx.blame(&[Some(shape)], problem))
    }

    /// Two sizes of which the second is larger, or at least as large.
    fn ordered(
        &self,
        low: &str,
        high: &str,
        equal: bool,
        cx: &mut Context<'_>,
    ) -> Result<(Bytes, Bytes), Reported> {
        let mut size = |key| {
            parsed(self.node, key, |text| parse_bytes(text).ok())
                .and_then(|size| cx.required(self.node, self.path, key, size))
        };
        let (smaller, larger) = (size(low), size(high));
        let (smaller, larger) = (smaller?, larger?);
        if smaller < larger || equal && smaller == larger {
            return Ok((smaller, larger));
        }
        let message = format!("`{low}` is {smaller} and `{high}` is {larger}");
        let remedy = format!("write a `{high}` above `{low}`");
        let problem = Problem::new(0..0, format!("{}.{high}", self.path), message)
            .rule("order")
            .remedy(remedy);
        Err(cx.blame(&[self.node.get(low), self.node.get(high)], problem))
    }

    fn empirical(&self, cx: &mut Context<'_>) -> Result<PacketSize, Reported> {
        let sizes = cx.required(self.node, self.path, "sizes", self.node.get("sizes"))?;
        let sizes: Option<Vec<Bytes>> = sizes
            .elements()
            .iter()
            .map(|size| parse_bytes(size.as_text()?).ok())
            .collect();
        let sizes = sizes.filter(|sizes| !sizes.is_empty()).ok_or(Reported)?;
        let weights: Vec<f64> = match self.node.get("weights") {
            None => vec![1.0; sizes.len()],
            Some(weights) => {
                let numbers = weights.elements().iter().map(Node::as_number);
                numbers.collect::<Option<_>>().ok_or(Reported)?
            }
        };
        if weights.len() != sizes.len() {
            let message = format!(
                "{} sizes, but the number of weights is {}",
                sizes.len(),
                weights.len()
            );
            let problem = Problem::new(0..0, format!("{}.weights", self.path), message)
                .rule("weights")
                .remedy("write one weight for each size");
            return Err(cx.blame(&[self.node.get("sizes"), self.node.get("weights")], problem));
        }
        let weighted = |(size, weight)| WeightedSize { size, weight };
        let sizes = sizes.into_iter().zip(weights).map(weighted);
        Ok(PacketSize::Discrete(sizes.collect()))
    }
}
