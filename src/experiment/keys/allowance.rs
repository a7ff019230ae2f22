//! Keys of the tables that describe a bandwidth allowance: the same four wherever one stands.

use super::{BLANK, Key, Kind};
use crate::units::Quantity;

/// The keys of the table at a path.
macro_rules! parts {
    ($path:literal) => {
        &[
            Key {
                path: concat!($path, ".baseline"),
                kinds: &[Kind::Quantity(Quantity::DataRate)],
                required: true,
                doc: "Rate that is granted for ever; without a burst, the rate of a plain link.",
                example: r#""750 Mbit/s""#,
                ..BLANK
            },
            Key {
                path: concat!($path, ".burst"),
                kinds: &[Kind::Quantity(Quantity::DataRate)],
                default: "the baseline: a plain link",
                doc: "Rate while there is credit.",
                example: r#""10 Gbit/s""#,
                ..BLANK
            },
            Key {
                path: concat!($path, ".credit"),
                kinds: &[Kind::Quantity(Quantity::Size)],
                default: "none: a burst above the baseline needs it",
                doc: "Bytes that may pass at the burst rate before only the baseline is left.",
                example: r#""50 GB""#,
                ..BLANK
            },
            Key {
                path: concat!($path, ".buffer"),
                kinds: &[Kind::Quantity(Quantity::Size)],
                default: "3.3 MB",
                doc: "Bytes that may wait in the shaper for credit; what does not fit is dropped.",
                example: r#""3.3 MB""#,
                source: "Inferred from the round-trip time and loss measured at the bandwidth \
                    caps of an m5.xlarge.",
                ..BLANK
            },
        ]
    };
}

/// The instance's allowance on the way out.
pub(super) const INSTANCE_EGRESS: &[Key] = parts!("instance.egress");

/// The instance's allowance on the way in.
pub(super) const INSTANCE_INGRESS: &[Key] = parts!("instance.ingress");

/// A Fargate task's allowance on the way out.
pub(super) const FARGATE_EGRESS: &[Key] = parts!("network.fargate.egress");

/// A Fargate task's allowance on the way in.
pub(super) const FARGATE_INGRESS: &[Key] = parts!("network.fargate.ingress");
