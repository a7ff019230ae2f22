//! Keys of security: `[[security-group]]`, who is in which, and the ports that its rules speak of.

use super::{BLANK, Key, Kind};

const PORT: Kind = Kind::Integer {
    min: 1,
    max: 65_535,
};

pub(super) const KEYS: &[Key] = &[
    Key {
        path: "security-group",
        kinds: &[Kind::Tables],
        default: "none: everything is let in",
        doc: "Security groups, a [[security-group]] table each.",
        example: r#"[{ name = "web", allow = ["tcp 443 from 0.0.0.0/0"] }]"#,
        ..BLANK
    },
    Key {
        path: "security-group.name",
        kinds: &[Kind::TaskName],
        required: true,
        doc: "Name of the security group, unique in the file.",
        example: r#""web""#,
        ..BLANK
    },
    Key {
        path: "security-group.allow",
        kinds: &[Kind::ListOf(&Kind::Text)],
        required: true,
        doc: "What it lets in: protocol, port or ports, and source of each rule. Everything is let \
            out, and so are answers to it in.",
        example: r#"["tcp 443 from 0.0.0.0/0", "tcp 8080-8090 from 10.0.0.0/16"]"#,
        ..BLANK
    },
    Key {
        path: "task.security-groups",
        kinds: &[Kind::ListOf(&Kind::Text)],
        default: "the VPC's default group, which lets in what comes from tasks without groups; \
            everything is let in if no task names a group",
        doc: "Security groups of the tasks: of their own ENI, or of the one that all tasks share, \
            which then has the groups of all.",
        example: r#"["web"]"#,
        source: "Amazon VPC User Guide, default security groups.",
        ..BLANK
    },
    Key {
        path: "task.port",
        kinds: &[PORT],
        default: "none: the tasks are clients",
        doc: "Container port on which the tasks listen; for security groups and flow logs.",
        example: "443",
        ..BLANK
    },
    Key {
        path: "task.protocol",
        kinds: &[Kind::Name(&["tcp", "udp"])],
        default: "tcp",
        doc: "Transport protocol of the tasks' traffic; for security groups and flow logs.",
        example: r#""udp""#,
        ..BLANK
    },
    Key {
        path: "task.traffic.port",
        kinds: &[PORT],
        default: "the port of the receiving task; in a flow log 443 for a server outside",
        doc: "Port that the packets are sent to; for security groups and flow logs. Traffic that \
            comes in without any port is answers to the task, which are let in.",
        example: "8080",
        ..BLANK
    },
    Key {
        path: "task.traffic.from",
        kinds: &[Kind::Text],
        default: "203.0.113.0/24",
        doc: "Addresses of the other side, where it is outside of the instance; for security \
            groups and flow logs.",
        example: r#""10.0.64.0/20""#,
        source: "A block that RFC 5737 keeps for documentation: outside of every VPC.",
        ..BLANK
    },
];
