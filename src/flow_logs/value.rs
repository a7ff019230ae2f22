//! What a field of a record says.

use std::fmt;

use super::FlowLog;
use super::field::Field;
use super::format::Format;
use super::identity::{self, ACCOUNT, CLUSTER, Identities, REGION, ZONE};
use super::record::{Record, unix_s};
use crate::measure::FlowDirection;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The field does not apply to the record.
    NotApplicable,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::NotApplicable => f.write_str("-"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Value::NotApplicable, Value::Text)
    }
}

fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

impl FlowLog {
    /// What `field` says of `record` in a log of this `format`.
    pub fn value(&self, record: &Record, field: Field, format: &Format) -> Value {
        match field.name {
            "version" => Value::Number(i64::from(format.version())),
            "account-id" => text(ACCOUNT),
            "interface-id" => text(&self.identities.interfaces[record.interface].id),
            "start" => Value::Number(unix_s(record.start)),
            "end" => Value::Number(unix_s(record.end)),
            "log-status" if record.seen.is_some() => text("OK"),
            "log-status" => text("NODATA"),
            _ => seen(&self.identities, record, field.name),
        }
    }
}

/// A field that says `-` where nothing was seen.
fn seen(identities: &Identities, record: &Record, name: &str) -> Value {
    let Some(seen) = &record.seen else {
        return Value::NotApplicable;
    };
    let tuple = &seen.tuple;
    match name {
        "srcaddr" | "pkt-srcaddr" => text(tuple.source),
        "dstaddr" | "pkt-dstaddr" => text(tuple.destination),
        "srcport" => Value::Number(i64::from(tuple.source_port)),
        "dstport" => Value::Number(i64::from(tuple.destination_port)),
        "protocol" => Value::Number(i64::from(tuple.protocol)),
        "packets" => Value::Number(saturated(seen.packets)),
        "bytes" => Value::Number(saturated(seen.bytes)),
        "action" if seen.accepted => text("ACCEPT"),
        "action" => text("REJECT"),
        "tcp-flags" => Value::Number(i64::from(seen.tcp_flags)),
        "type" => text("IPv4"),
        "flow-direction" if seen.direction == FlowDirection::Ingress => text("ingress"),
        "flow-direction" => text("egress"),
        "traffic-path" => seen
            .path
            .map_or(Value::NotApplicable, |path| Value::Number(i64::from(path))),
        "vpc-id" => text(identity::vpc()),
        "subnet-id" => text(identity::subnet()),
        "instance-id" => identities.instance().into(),
        "region" => text(REGION),
        "az-id" => text(ZONE),
        _ => ecs(identities, record, name).into(),
    }
}

/// A field of version 7; no value where tasks share the ENI, and for fields that never apply.
fn ecs(identities: &Identities, record: &Record, name: &str) -> Option<String> {
    let task = identities.interfaces[record.interface].task.as_ref()?;
    let instance = || identities.container_instance();
    match name {
        "ecs-cluster-arn" => Some(identity::arn(&format!("cluster/{CLUSTER}"))),
        "ecs-cluster-name" => Some(CLUSTER.to_owned()),
        "ecs-container-instance-arn" => {
            instance().map(|id| identity::arn(&format!("container-instance/{CLUSTER}/{id}")))
        }
        "ecs-container-instance-id" => instance(),
        "ecs-container-id" => Some(task.container.clone()),
        "ecs-service-name" => Some(task.service.clone()),
        "ecs-task-definition-arn" => Some(identity::arn(&format!(
            "task-definition/{}:1",
            task.service
        ))),
        "ecs-task-arn" => Some(identity::arn(&format!("task/{CLUSTER}/{}", task.id))),
        "ecs-task-id" => Some(task.id.clone()),
        _ => None,
    }
}

/// A count as a signed number; no trial comes near the limit.
fn saturated(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
