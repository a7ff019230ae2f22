//! Logs of counts made by hand.
//!
//! Oracles: records written by the rules of the Amazon VPC User Guide; identifiers are the first
//! digits of SHA-256 hashes of names, computed with another program.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::num::NonZeroU32;

use parquet::basic::{ConvertedType, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field as Cell;

use super::*;
use crate::measure::FlowDirection::{self, Egress, Ingress};
use crate::scenario::{
    self, Allowance, Arrivals, Capacity, Connections, Endpoint, EniQueue, Mode, Network,
    PacketSize, Protocol, Route, TaskGroup, Traffic, Window,
};
use crate::units::{Bytes, DataRate, PacketRate, SimTime};

const INTERVAL: SimDuration = SimDuration::from_s(1);

fn group(name: &str, count: u32, route: Route) -> TaskGroup {
    let size = PacketSize::Fixed(Bytes::new(100));
    let mut traffic = Traffic::outbound(Arrivals::Poisson, PacketRate::new(1.0).unwrap(), size);
    traffic.route = route;
    TaskGroup::own(name.to_owned(), count, traffic)
}

/// Two servers on port 443 (senders 0 and 1), a client (2), and of the client's task also calls to
/// the servers (3) and to the resolver (4), from 0.5 s to 2.5 s.
fn scenario(mode: Mode) -> Scenario {
    let queue = EniQueue::fifo(Capacity::Unlimited);
    let allowance = Allowance::Link(DataRate::new(1_000_000_000).unwrap());
    let egress = match mode {
        Mode::None => scenario::Egress::Refused,
        Mode::Bridge | Mode::Host => scenario::Egress::Shared { queue, allowance },
        Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate => scenario::Egress::PerTask {
            queue,
            arbitration: scenario::Arbitration::Fifo,
            trunk: None,
            allowance,
        },
    };
    let mut web = group("web", 2, Route::In);
    web.endpoint.port = Some(443);
    let mut calls = group("calls", 1, Route::ToGroup(0));
    let mut names = group("names", 1, Route::Resolver);
    (calls.tasks_of, names.tasks_of) = (Some(1), Some(1));
    Scenario {
        window: Window {
            warm_up: SimDuration::from_ms(500),
            measure: SimDuration::from_s(2),
        },
        throughput_interval: INTERVAL,
        network: Network::outbound(mode, None, egress, SimDuration::ZERO),
        task_groups: vec![web, group("client", 1, Route::Out), calls, names],
        life_cycle: None,
        series_interval: None,
    }
}

fn at_ms(ms: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_ms(ms)
}

fn count(
    sender: u32,
    direction: FlowDirection,
    accepted: bool,
    packets: u64,
    ms: [u64; 2],
) -> FlowCount {
    FlowCount {
        sender,
        flow: 0,
        direction,
        accepted,
        interval: ms[0] / 1000,
        packets,
        bytes: 100 * packets,
        first: at_ms(ms[0]),
        last: at_ms(ms[1]),
    }
}

fn counts() -> Vec<FlowCount> {
    vec![
        count(0, Ingress, false, 2, [600, 700]),
        count(0, Ingress, true, 10, [600, 900]),
        count(2, Egress, true, 7, [600, 900]),
        count(1, Ingress, true, 5, [1000, 1900]),
        count(3, Ingress, true, 3, [1100, 1200]),
        count(3, Egress, true, 3, [1100, 1200]),
        count(4, Egress, true, 99, [1100, 1200]),
    ]
}

fn log_of(scenario: &Scenario) -> FlowLog {
    FlowLog::new(scenario, &counts(), INTERVAL)
}

fn format(fields: &str) -> Format {
    fields.parse().unwrap()
}

/// The lines of the log in `fields`, without the first.
fn lines(log: &FlowLog, fields: &str) -> Vec<String> {
    let text = text(log, &format(fields));
    text.lines().skip(1).map(str::to_owned).collect()
}

/// All records carry the one ENI and the instance's address; the servers are told apart by their
/// host ports alone, and what they are called from within the instance is not seen at all.
#[test]
fn a_shared_eni_hides_the_tasks() {
    let eni = "2 123456789012 eni-414abd349de7839d1";
    let expected = [
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
         start end action log-status"
            .to_owned(),
        format!("{eni} 10.0.0.10 203.0.113.2 32770 443 6 7 700 1767225600 1767225600 ACCEPT OK"),
        format!("{eni} 203.0.113.1 10.0.0.10 32768 32768 6 2 200 1767225600 1767225600 REJECT OK"),
        format!(
            "{eni} 203.0.113.1 10.0.0.10 32768 32768 6 10 1000 1767225600 1767225600 ACCEPT OK"
        ),
        format!("{eni} 203.0.113.2 10.0.0.10 32768 32769 6 5 500 1767225601 1767225601 ACCEPT OK"),
        format!("{eni} - - - - - - - 1767225602 1767225602 - NODATA"),
    ];
    let told = text(&log_of(&scenario(Mode::Bridge)), &Format::default());
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    assert!(told.ends_with("NODATA\n"));
}

/// Without docker0 a server's port is the container's.
#[test]
fn host_mode_shows_container_ports() {
    let told = lines(&log_of(&scenario(Mode::Host)), "dstport action");
    assert_eq!(
        told,
        [
            "443 ACCEPT",
            "443 REJECT",
            "443 ACCEPT",
            "443 ACCEPT",
            "- -"
        ]
    );
}

#[test]
fn an_eni_per_task_shows_each() {
    let web_0 = "2 123456789012 eni-12c795f8565c57196";
    let web_1 = "2 123456789012 eni-889ea0c03e820eda0";
    let client = "2 123456789012 eni-db918cec9ce3476ee";
    let expected = [
        format!("{web_0} 203.0.113.1 10.0.0.11 32768 443 6 2 200 1767225600 1767225600 REJECT OK"),
        format!(
            "{web_0} 203.0.113.1 10.0.0.11 32768 443 6 10 1000 1767225600 1767225600 ACCEPT OK"
        ),
        format!("{web_1} - - - - - - - 1767225600 1767225601 - NODATA"),
        format!("{client} 10.0.0.13 203.0.113.2 32768 443 6 7 700 1767225600 1767225600 ACCEPT OK"),
        format!("{web_0} 10.0.0.13 10.0.0.11 32768 443 6 3 300 1767225601 1767225601 ACCEPT OK"),
        format!("{web_1} 203.0.113.2 10.0.0.12 32768 443 6 5 500 1767225601 1767225601 ACCEPT OK"),
        format!("{client} 10.0.0.13 10.0.0.11 32768 443 6 3 300 1767225601 1767225601 ACCEPT OK"),
        format!("{web_0} - - - - - - - 1767225602 1767225602 - NODATA"),
        format!("{web_1} - - - - - - - 1767225602 1767225602 - NODATA"),
        format!("{client} - - - - - - - 1767225602 1767225602 - NODATA"),
    ];
    for mode in [Mode::Awsvpc, Mode::AwsvpcTrunk, Mode::Fargate] {
        let log = log_of(&scenario(mode));
        assert_eq!(
            lines(&log, &Format::default().to_string()),
            expected,
            "{mode:?}"
        );
        assert_eq!(log.interfaces().len(), 3);
    }
}

#[test]
fn without_a_network_nothing_is_told() {
    let log = FlowLog::new(&scenario(Mode::None), &[], INTERVAL);
    assert_eq!(text(&log, &format("bytes")), "bytes\n");
    assert!(parquet(&log, &format("bytes")).is_ok());
}

/// Every field of a server's and of a client's record.
#[test]
fn every_field_says_what_it_should() {
    let all: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let told = lines(&log_of(&scenario(Mode::Awsvpc)), &all.join(" "));
    let common = "vpc-38faba71b3a6cfc9e subnet-18507519c552a7b98 i-5e8c03a94c7835b87";
    let zone = "us-east-1 use1-az1 - - - -";
    let ecs = "arn:aws:ecs:us-east-1:123456789012:";
    let cluster = format!(
        "{ecs}cluster/enibench enibench {ecs}container-instance/enibench/\
         114edae142d579619e85f0dadfcb89c0 114edae142d579619e85f0dadfcb89c0"
    );
    let web_0 = format!(
        "7 123456789012 eni-12c795f8565c57196 203.0.113.1 10.0.0.11 32768 443 6 2 200 1767225600 \
         1767225600 REJECT OK {common} 2 IPv4 203.0.113.1 10.0.0.11 {zone} ingress - {cluster} \
         26fc187bce155583422df78c0d3fb901c4a529c86250c7b4a0643544cda5fd93 - web \
         {ecs}task-definition/web:1 {ecs}task/enibench/26b87a34c2a3e4de5673b9f8cc145325 \
         26b87a34c2a3e4de5673b9f8cc145325"
    );
    assert_eq!(told[0], web_0);
    let client = "10.0.0.13 203.0.113.2 us-east-1 use1-az1 - - - - egress 8";
    assert!(told[3].contains(client), "{}", told[3]);
    assert!(told[6].contains("egress 1 "), "within the VPC: {}", told[6]);
    let nothing = format!(
        "7 123456789012 eni-889ea0c03e820eda0 - - - - - - - 1767225600 1767225601 - NODATA{}",
        " -".repeat(25)
    );
    assert_eq!(told[2], nothing);
}

/// Tasks cannot be told apart by a shared ENI, so it has no ECS fields; a Fargate task and a branch
/// ENI are attached to no instance of the account, and a Fargate task has no container instance.
#[test]
fn fields_that_a_mode_does_not_have() {
    let fields = "instance-id ecs-container-instance-id ecs-container-id ecs-service-name";
    let first = |mode| lines(&log_of(&scenario(mode)), fields)[0].clone();
    let instance = "i-5e8c03a94c7835b87";
    let container_instance = "114edae142d579619e85f0dadfcb89c0";
    let container = "26fc187bce155583422df78c0d3fb901c4a529c86250c7b4a0643544cda5fd93";
    assert_eq!(first(Mode::Bridge), format!("{instance} - - -"));
    assert_eq!(first(Mode::Host), format!("{instance} - - -"));
    assert_eq!(
        first(Mode::Awsvpc),
        format!("{instance} {container_instance} {container} web")
    );
    assert_eq!(
        first(Mode::AwsvpcTrunk),
        format!("- {container_instance} {container} web")
    );
    assert_eq!(
        first(Mode::Fargate),
        "- - 26b87a34c2a3e4de5673b9f8cc145325-0000000001 web"
    );
}

#[test]
fn tcp_flags_are_those_of_connections_that_come_and_go() {
    let mut scenario = scenario(Mode::Awsvpc);
    let flags = |scenario: &Scenario| lines(&log_of(scenario), "tcp-flags protocol action");
    assert_eq!(flags(&scenario)[..2], ["2 6 REJECT", "0 6 ACCEPT"]);
    let connections = Connections {
        packets: NonZeroU32::MIN,
        idle: SimDuration::from_s(1),
    };
    scenario.task_groups[0].traffic.connections = Some(connections);
    scenario.task_groups[1].traffic.connections = Some(connections);
    assert_eq!(flags(&scenario)[..2], ["2 6 REJECT", "3 6 ACCEPT"]);
    assert_eq!(flags(&scenario)[3], "3 6 ACCEPT");
    // The client's group answers as a server instead.
    scenario.task_groups[1].endpoint.port = Some(8080);
    assert_eq!(flags(&scenario)[3], "19 6 ACCEPT");
    for group in &mut scenario.task_groups {
        group.endpoint.protocol = Protocol::Udp;
    }
    assert_eq!(flags(&scenario)[..2], ["0 17 REJECT", "0 17 ACCEPT"]);
}

#[test]
fn endpoints_give_ports_and_addresses() {
    let mut scenario = scenario(Mode::Bridge);
    let told = |scenario: &Scenario| lines(&log_of(scenario), "srcaddr srcport dstaddr dstport");
    scenario.task_groups[1].endpoint.destination = Some(5432);
    scenario.task_groups[1].endpoint.peer = scenario::Ipv4Net::parse("10.0.64.0/20").unwrap();
    assert_eq!(told(&scenario)[0], "10.0.0.10 32770 10.0.64.2 5432");
    let path = lines(&log_of(&scenario), "traffic-path");
    assert_eq!(path[0], "1", "a peer within the VPC");
    // A server that answers: docker0 maps its port.
    scenario.task_groups[1].endpoint.port = Some(80);
    assert_eq!(told(&scenario)[0], "10.0.0.10 32770 10.0.64.3 32768");
    // Packets to another port than the task's meet the instance's own; without any, answers.
    scenario.task_groups[0].endpoint.destination = Some(22);
    assert_eq!(told(&scenario)[1], "203.0.113.1 32768 10.0.0.10 22");
    scenario.task_groups[0].endpoint = Endpoint::default();
    assert_eq!(told(&scenario)[1], "203.0.113.1 443 10.0.0.10 32768");
}

/// On a shared ENI no two connections have the same port, whose ever they are.
#[test]
fn connections_on_a_shared_eni_have_different_ports() {
    let mut scenario = scenario(Mode::Bridge);
    scenario.task_groups[0] = group("web", 2, Route::Out);
    let counts = |sender| {
        (0..9).map(move |flow| FlowCount {
            flow,
            ..count(sender, Egress, true, 1, [600, 700])
        })
    };
    let counts: Vec<FlowCount> = (0..3).flat_map(counts).collect();
    let log = FlowLog::new(&scenario, &counts, INTERVAL);
    let seen: Vec<Seen> = log.records().iter().filter_map(|r| r.seen).collect();
    let ports: BTreeSet<u16> = seen.iter().map(|seen| seen.tuple.source_port).collect();
    assert_eq!((seen.len(), ports.len()), (27, 27));
}

/// Connections beyond the ephemeral range take its ports once more, and share their records.
#[test]
fn equal_tuples_share_a_record() {
    let scenario = scenario(Mode::Awsvpc);
    let mut counts = vec![count(2, Egress, true, 7, [600, 900]); 2];
    counts[1].flow = 28_232;
    (counts[1].first, counts[1].last) = (at_ms(500), at_ms(999));
    let log = FlowLog::new(&scenario, &counts, INTERVAL);
    let [record] = &log
        .records()
        .iter()
        .filter(|r| r.seen.is_some())
        .collect::<Vec<_>>()[..]
    else {
        panic!("{:?}", log.records());
    };
    assert_eq!(record.seen.unwrap().packets, 14);
    assert_eq!((record.start, record.end), (at_ms(500), at_ms(999)));
    counts[1].flow = 1;
    let log = FlowLog::new(&scenario, &counts, INTERVAL);
    let seen = log.records().iter().filter(|r| r.seen.is_some());
    assert_eq!(seen.count(), 2);
}

/// A Parquet file of these bytes.
fn opened(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

/// The types that the user guide gives for Parquet.
#[test]
fn parquet_columns_have_the_documented_names_and_types() {
    let all: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let bytes = parquet(&log_of(&scenario(Mode::Awsvpc)), &format(&all.join(" "))).unwrap();
    let file = opened(&bytes);
    let schema = file.metadata().file_metadata().schema_descr().clone();
    for column in schema.columns() {
        let expected = match column.name() {
            "version" | "srcport" | "dstport" | "protocol" | "tcp_flags" | "traffic_path" => {
                (Physical::INT32, ConvertedType::INT_32)
            }
            "packets" | "bytes" | "start" | "end" => (Physical::INT64, ConvertedType::INT_64),
            _ => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        };
        let found = (column.physical_type(), column.converted_type());
        assert_eq!(found, expected, "{}", column.name());
    }
    let names: Vec<String> = all.iter().map(|name| name.replace('-', "_")).collect();
    let found: Vec<&str> = schema.columns().iter().map(|c| c.name()).collect();
    assert_eq!(found, names);
}

/// Both files tell the same, and the same each time.
#[test]
fn parquet_and_text_agree() {
    let all: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let (log, format) = (log_of(&scenario(Mode::Awsvpc)), format(&all.join(" ")));
    let bytes = parquet(&log, &format).unwrap();
    assert_eq!(bytes, parquet(&log, &format).unwrap());
    let file = opened(&bytes);
    let rows = file.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let cells = row.get_column_iter().map(|(_, cell)| match cell {
            Cell::Null => "-".to_owned(),
            Cell::Int(number) => number.to_string(),
            Cell::Long(number) => number.to_string(),
            Cell::Str(text) => text.clone(),
            other => panic!("{other:?}"),
        });
        cells.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(rows.collect::<Vec<_>>(), lines(&log, &format.to_string()));
}

#[test]
fn a_refusing_writer_is_told() {
    let refused = parquet::errors::ParquetError::General("too large".to_owned());
    let told = ParquetError::from(refused).to_string();
    assert!(told.starts_with("cannot make a Parquet file"), "{told}");
    assert!(told.ends_with("too large"), "{told}");
}
