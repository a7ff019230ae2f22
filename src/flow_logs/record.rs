//! From counted flows to the records of a log.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::identity::{Identities, ephemeral};
use crate::measure::{FlowCount, FlowDirection};
use crate::scenario::{Endpoint, Protocol, Route, Scenario};
use crate::units::{PS_PER_S, SimDuration, SimTime};

/// The port of servers that no task of the experiment is: that of HTTPS.
const SERVER_PORT: u16 = 443;

/// When a trial starts, for the fields `start` and `end`: 2026-01-01T00:00:00Z as Unix time.
pub const EPOCH_UNIX_S: i64 = 1_767_225_600;

/// Values of the field `traffic-path` of Nitro instances.
const SAME_VPC: u8 = 1;
const INTERNET_GATEWAY: u8 = 8;

/// Bits of the field `tcp-flags`.
const FIN: u8 = 1;
const SYN: u8 = 2;
const ACK: u8 = 16;

/// A record: one 5-tuple on one ENI in one aggregation interval, or that the ENI had none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number of the ENI.
    pub interface: usize,
    /// First instant told.
    pub start: SimTime,
    /// Last instant told.
    pub end: SimTime,
    /// What was seen; `None`: nothing (`NODATA`).
    pub seen: Option<Seen>,
}

/// What was seen of one 5-tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The 5-tuple.
    pub tuple: Tuple,
    /// Into the ENI or out of it.
    pub direction: FlowDirection,
    /// Whether the security groups let it through.
    pub accepted: bool,
    /// Packets.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// TCP flags met, in the bits of the field `tcp-flags`.
    pub tcp_flags: u8,
    /// `traffic-path`, where there is one.
    pub path: Option<u8>,
}

/// A 5-tuple, as the packets have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tuple {
    /// Source address.
    pub source: Ipv4Addr,
    /// Destination address.
    pub destination: Ipv4Addr,
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// IANA number of the protocol.
    pub protocol: u8,
}

/// What records are told apart by, in their order.
type Key = (u64, usize, Tuple, FlowDirection, bool);

/// The records of `counts`, which were counted in aggregation intervals of length `interval`:
/// interval by interval, then by ENI and 5-tuple.
///
/// An ENI without traffic has a `NODATA` record for each interval of the measurement window.
pub(super) fn records(
    scenario: &Scenario,
    identities: &Identities,
    counts: &[FlowCount],
    interval: SimDuration,
) -> Vec<Record> {
    let flows = Flows::new(scenario, identities);
    let mut seen: BTreeMap<Key, Record> = BTreeMap::new();
    for count in counts {
        let Some((interface, told)) = flows.seen(count) else {
            continue;
        };
        let key = (
            count.interval,
            interface,
            told.tuple,
            told.direction,
            told.accepted,
        );
        seen.entry(key)
            .and_modify(|known| add(known, count, told))
            .or_insert(Record {
                interface,
                start: count.first,
                end: count.last,
                seen: Some(told),
            });
    }
    let busy: BTreeSet<(u64, usize)> = seen.keys().map(|key| (key.0, key.1)).collect();
    let mut all: Vec<(u64, Record)> = seen.into_iter().map(|(key, r)| (key.0, r)).collect();
    all.extend(idle(scenario, identities.interfaces.len(), interval, &busy));
    all.sort_by_key(|(interval, record)| (*interval, record.interface));
    all.into_iter().map(|(_, record)| record).collect()
}

/// Adds a count to the record of the same 5-tuple.
fn add(known: &mut Record, count: &FlowCount, told: Seen) {
    known.start = known.start.min(count.first);
    known.end = known.end.max(count.last);
    if let Some(sum) = &mut known.seen {
        sum.packets += told.packets;
        sum.bytes += told.bytes;
        sum.tcp_flags |= told.tcp_flags;
    }
}

/// `NODATA` records of ENIs that were not `busy`, for the intervals of the measurement window.
fn idle(
    scenario: &Scenario,
    interfaces: usize,
    interval: SimDuration,
    busy: &BTreeSet<(u64, usize)>,
) -> Vec<(u64, Record)> {
    let (start, end) = (scenario.window.start(), scenario.window.end());
    let length = interval.as_ps();
    let mut idle = Vec::new();
    for number in start.as_ps() / length..end.as_ps().div_ceil(length) {
        let begin = SimTime::from_ps(number * length);
        let record = |interface| Record {
            interface,
            start: begin.max(start),
            end: begin.saturating_add(interval).min(end),
            seen: None,
        };
        let quiet = (0..interfaces).filter(|interface| !busy.contains(&(number, *interface)));
        idle.extend(quiet.map(|interface| (number, record(interface))));
    }
    idle
}

/// What a count's flow is, seen from the ENI that it crosses.
struct Flows<'a> {
    scenario: &'a Scenario,
    identities: &'a Identities,
    /// Group of each sender, and its number there.
    place: Vec<(usize, u32)>,
    /// Number of each group's first sender.
    first: Vec<u32>,
}

impl<'a> Flows<'a> {
    fn new(scenario: &'a Scenario, identities: &'a Identities) -> Self {
        let mut place = Vec::with_capacity(scenario.task_count());
        let mut first = Vec::with_capacity(scenario.task_groups.len());
        let mut next = 0;
        for (number, group) in scenario.task_groups.iter().enumerate() {
            first.push(next);
            next += group.count;
            place.extend((0..group.count).map(|index| (number, index)));
        }
        Flows {
            scenario,
            identities,
            place,
            first,
        }
    }

    /// Number of the ENI and what it sees; `None` for what no flow log tells: traffic with the
    /// resolver's link-local address, and between tasks that share an ENI.
    fn seen(&self, count: &FlowCount) -> Option<(usize, Seen)> {
        let (number, _) = self.place[count.sender as usize];
        let group = &self.scenario.task_groups[number];
        let endpoint = &group.endpoint;
        let way = match group.traffic.route {
            Route::Resolver => return None,
            Route::Out => self.outward(number, count)?,
            Route::In => self.inward(number, count)?,
            Route::ToGroup(receivers) => self.across(receivers, count)?,
        };
        let within_vpc = matches!(group.traffic.route, Route::ToGroup(_))
            || Endpoint::VPC.contains(endpoint.peer);
        let seen = Seen {
            tuple: Tuple {
                source: way.source.0,
                destination: way.destination.0,
                source_port: way.source.1,
                destination_port: way.destination.1,
                protocol: endpoint.protocol.number(),
            },
            direction: count.direction,
            accepted: count.accepted,
            packets: count.packets,
            bytes: count.bytes,
            tcp_flags: match (endpoint.protocol, group.traffic.connections) {
                (Protocol::Udp, _) => 0,
                (Protocol::Tcp, _) if !count.accepted => SYN,
                (Protocol::Tcp, None) => 0,
                (Protocol::Tcp, Some(_)) if way.from_client => SYN | FIN,
                (Protocol::Tcp, Some(_)) => SYN | ACK | FIN,
            },
            path: match count.direction {
                FlowDirection::Ingress => None,
                FlowDirection::Egress if within_vpc => Some(SAME_VPC),
                FlowDirection::Egress => Some(INTERNET_GATEWAY),
            },
        };
        Some((way.interface, seen))
    }

    /// From a task to the other side: a client's requests, or a server's answers.
    fn outward(&self, group: usize, count: &FlowCount) -> Option<Way> {
        let endpoint = &self.scenario.task_groups[group].endpoint;
        let (interface, address) = self.interface_of(count.sender)?;
        let way = match endpoint.port {
            None => {
                let server = (
                    self.outside_server(group),
                    endpoint.destination.unwrap_or(SERVER_PORT),
                );
                let port = self.identities.client_port(count.sender, count.flow);
                Way {
                    interface,
                    source: (address, port),
                    destination: server,
                    from_client: true,
                }
            }
            Some(port) => {
                let port = self.identities.server_port(count.sender, port);
                Way {
                    interface,
                    source: (address, port),
                    destination: self.outside_client(group, count),
                    from_client: false,
                }
            }
        };
        Some(way)
    }

    /// From the other side to a task: to a server's port, or an answer to a client.
    fn inward(&self, group: usize, count: &FlowCount) -> Option<Way> {
        let endpoint = &self.scenario.task_groups[group].endpoint;
        let (interface, address) = self.interface_of(count.sender)?;
        let way = match endpoint.destination.or(endpoint.port) {
            Some(port) => {
                let port = match endpoint.port {
                    Some(own) if own == port => self.identities.server_port(count.sender, own),
                    _ => port,
                };
                Way {
                    interface,
                    source: self.outside_client(group, count),
                    destination: (address, port),
                    from_client: true,
                }
            }
            None => {
                let port = self.identities.client_port(count.sender, count.flow);
                Way {
                    interface,
                    source: (self.outside_server(group), SERVER_PORT),
                    destination: (address, port),
                    from_client: false,
                }
            }
        };
        Some(way)
    }

    /// From a task's ENI to that of a task of group `to`.
    fn across(&self, to: usize, count: &FlowCount) -> Option<Way> {
        if self.identities.is_shared() {
            return None;
        }
        let (number, index) = self.place[count.sender as usize];
        let (receivers, endpoint) = (
            &self.scenario.task_groups[to],
            &self.scenario.task_groups[number].endpoint,
        );
        let (own, source) = self.interface_of(count.sender)?;
        let receiver = self.first[to] + index % receivers.count;
        let (its, destination) = self.interface_of(receiver)?;
        let port = endpoint.destination.or(receivers.endpoint.port);
        Some(Way {
            interface: match count.direction {
                FlowDirection::Egress => own,
                FlowDirection::Ingress => its,
            },
            source: (
                source,
                self.identities.client_port(count.sender, count.flow),
            ),
            destination: (destination, port.unwrap_or(SERVER_PORT)),
            from_client: true,
        })
    }

    /// Number and address of the ENI of a sender's task.
    fn interface_of(&self, sender: u32) -> Option<(usize, Ipv4Addr)> {
        let number = self.identities.interface_of(sender)?;
        Some((number, self.identities.interfaces[number].address))
    }

    /// The server outside of the instance that all tasks of a group talk to.
    fn outside_server(&self, group: usize) -> Ipv4Addr {
        let peer = self.scenario.task_groups[group].endpoint.peer;
        peer.host(group as u64)
    }

    /// The client outside of the instance that talks to a task in this flow.
    fn outside_client(&self, group: usize, count: &FlowCount) -> (Ipv4Addr, u16) {
        let peer = self.scenario.task_groups[group].endpoint.peer;
        let number = u64::from(count.sender) + u64::from(count.flow);
        (peer.host(number), ephemeral(u64::from(count.flow)))
    }
}

/// The way of a flow's packets, and the ENI at which they are seen.
struct Way {
    interface: usize,
    source: (Ipv4Addr, u16),
    destination: (Ipv4Addr, u16),
    /// Whether its sender opened the connection.
    from_client: bool,
}

/// Simulated time as Unix seconds, rounded down.
pub(super) fn unix_s(instant: SimTime) -> i64 {
    EPOCH_UNIX_S + (instant.as_ps() / PS_PER_S) as i64
}
