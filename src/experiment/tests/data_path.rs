//! Modes, queues, Fargate, ingress and the host stack.

use super::*;
use crate::scenario::{EniQueue, HostStack, Network, Steering, TokenBucket, Trunk};

/// The network of one task in `mode`, with `instance`, `network` and `traffic` beside.
fn network(mode: &str, instance: &str, network: &str, traffic: &str) -> Network {
    let text = ideal("", instance, network)
        .replace("\"bridge\"", &format!("\"{mode}\""))
        .replace("arrivals", &format!("{traffic} arrivals"));
    only(&text).network.clone()
}

fn link(bits_per_s: u64) -> Allowance {
    Allowance::Link(DataRate::new(bits_per_s).unwrap())
}

#[test]
fn the_trunk_has_a_queue_of_its_own() {
    let trunk = |queue: &str| match network("awsvpc-trunk", "", queue, "").egress {
        Egress::PerTask {
            trunk, arbitration, ..
        } => (trunk.unwrap(), arbitration),
        other => panic!("{other:?}"),
    };
    let holding = |packets: u32| Trunk {
        capacity: Some(packets.try_into().unwrap()),
    };
    assert_eq!(trunk(""), (holding(1024), Arbitration::RoundRobin));
    let small = "trunk-queue = { capacity = \"8 packets\" }\narbitration = \"fifo\"";
    assert_eq!(trunk(small), (holding(8), Arbitration::Fifo));
    // Nobody waits at a branch ENI, so the arbitration has no effect.
    let unlimited = "trunk-queue = { capacity = \"unlimited\" }\narbitration = \"drr\"";
    assert_eq!(
        trunk(unlimited),
        (Trunk { capacity: None }, Arbitration::Fifo)
    );
}

#[test]
fn only_the_mode_with_a_trunk_has_one() {
    let queue = "trunk-queue = { capacity = \"8 packets\" }";
    for mode in ["awsvpc", "fargate"] {
        let network = network(mode, "enis = 9", queue, "");
        assert!(
            matches!(network.egress, Egress::PerTask { trunk: None, .. }),
            "{network:?}"
        );
    }
}

#[test]
fn a_fargate_task_has_everything_to_itself() {
    let network = network("fargate", "", "", "");
    let queue = EniQueue::fifo(Capacity::Packets(1000.try_into().unwrap()));
    let expected = Egress::PerTask {
        queue,
        arbitration: Arbitration::Dedicated,
        trunk: None,
        allowance: link(1_250_000_000),
    };
    assert_eq!(network.egress, expected);
    assert_eq!(network.ingress, None);
    let stack = HostStack {
        latency: SimDuration::from_us(60),
        capacity: 1000.try_into().ok(),
        steering: Steering::PerTask,
        ..HostStack::shared(1.try_into().unwrap(), SimDuration::from_us(1))
    };
    assert_eq!(network.host_stack, Some(stack));
}

#[test]
fn what_a_fargate_task_has_may_be_given() {
    let own = "fargate = { vcpus = 4, egress = \"2 Gbit/s\" }";
    let stack = "host-stack = { microvm-latency = \"20 us\", backlog = \"9 packets\" }";
    let given = network("fargate", stack, own, "direction = \"in\",");
    assert_eq!(given.egress.allowance(), Some(link(2_000_000_000)));
    assert_eq!(given.ingress, Some(link(2_000_000_000)));
    let stack = given.host_stack.unwrap();
    // Nine packets for each of the cores, which share a queue.
    assert_eq!((stack.cores.get(), stack.capacity.unwrap().get()), (4, 36));
    assert_eq!(stack.latency, SimDuration::from_us(20));

    let own = "fargate = { ingress = { baseline = \"1 Gbit/s\", burst = \"2 Gbit/s\", \
               credit = \"1 GB\" } }";
    let given = network("fargate", "credit = \"empty\"", own, "direction = \"in\",");
    let bucket = Allowance::TokenBucket(TokenBucket {
        baseline: DataRate::new(1_000_000_000).unwrap(),
        burst: DataRate::new(2_000_000_000).unwrap(),
        credit: Bytes::new(1_000_000_000),
        start: crate::scenario::CreditState::Empty,
        buffer: Bytes::new(3_300_000),
    });
    assert_eq!(given.ingress, Some(bucket));
    assert_eq!(given.egress.allowance(), Some(link(1_250_000_000)));
}

#[test]
fn fargate_needs_no_instance() {
    let text = ideal("", "", "").replace("egress = \"1 Gbit/s\"", "");
    let text = text.replace("\"bridge\"", "\"fargate\"");
    let network = only(&text).network.clone();
    assert_eq!(network.egress.allowance(), Some(link(1_250_000_000)));
    let bare = text.replace("[instance]", "[instance]\nhost-stack = \"none\"");
    assert_eq!(only(&bare).network.host_stack, None);
}

/// The latency of a microVM is a stage, even where packets cost no CPU time.
#[test]
fn a_stack_that_only_delays_is_kept_and_one_that_does_nothing_is_not() {
    let stack = |keys: &str| {
        let keys = format!("host-stack = {{ per-packet = \"0 s\"{keys} }}");
        network("fargate", &keys, "", "").host_stack
    };
    assert_eq!(stack("").unwrap().latency, SimDuration::from_us(60));
    assert_eq!(stack(", microvm-latency = \"0 s\""), None);
}

#[test]
fn ingress_is_kept_where_packets_come_in() {
    let ingress = |mode: &str, instance: &str, traffic: &str| {
        network(mode, &format!("enis = 9\n{instance}"), "", traffic).ingress
    };
    let own = "ingress = \"3 Gbit/s\"";
    let incoming = "direction = \"in\",";
    // Where only `egress` is given, both directions have it.
    assert_eq!(ingress("bridge", "", incoming), Some(link(1_000_000_000)));
    assert_eq!(ingress("awsvpc", own, incoming), Some(link(3_000_000_000)));
    assert_eq!(ingress("awsvpc", own, ""), None);
    assert_eq!(ingress("none", own, incoming), None);
}

#[test]
fn a_type_grants_each_direction_the_same() {
    let text = EXAMPLE.replace("arrivals    =", "direction = \"in\"\narrivals =");
    let points = parse(&text).points;
    let network = &points[1].scenario.network;
    assert!(matches!(network.ingress, Some(Allowance::TokenBucket(_))));
    assert_eq!(network.ingress, network.egress.allowance());
    assert_eq!(points[0].scenario.network.ingress, None);
}

#[test]
fn steering_by_queue_gives_each_core_its_backlog() {
    let keys = "host-stack = { cores = 2, steering = \"by-queue\" }";
    let network = network("host", keys, "eni-queues = 4", "");
    let stack = network.host_stack.unwrap();
    assert_eq!(stack.steering, Steering::ByQueue);
    assert_eq!(stack.capacity.unwrap().get(), 1000);
    assert_eq!(network.eni_queues.get(), 4);
    let shared = self::network("host", "host-stack = { cores = 2 }", "", "");
    let stack = shared.host_stack.unwrap();
    assert_eq!(
        (stack.steering, stack.capacity.unwrap().get()),
        (Steering::Shared, 2000)
    );
    assert_eq!(shared.eni_queues.get(), 1);
}

#[test]
fn each_mode_has_its_cost() {
    let cost = |mode: &str, keys: &str| {
        let keys = format!("enis = 9\nhost-stack = {{ cores = 2{keys} }}");
        network(mode, &keys, "", "").host_stack.unwrap().per_packet
    };
    assert_eq!(cost("awsvpc-trunk", ""), SimDuration::from_ns(1_050));
    assert_eq!(cost("fargate", ""), SimDuration::from_us(1));
    let by_mode = ", per-packet = { awsvpc-trunk = \"3 us\", fargate = \"4 us\" }";
    assert_eq!(cost("awsvpc-trunk", by_mode), SimDuration::from_us(3));
    assert_eq!(cost("fargate", by_mode), SimDuration::from_us(4));
    assert_eq!(cost("awsvpc", by_mode), SimDuration::from_us(1));
}

#[test]
fn connections_cost_bridge_mode_more() {
    let cost = |mode: &str, keys: &str, traffic: &str| {
        let keys = format!("host-stack = {{ cores = 2{keys} }}");
        let stack = network(mode, &keys, "", traffic).host_stack.unwrap();
        stack.per_connection
    };
    let traffic = "connections = { packets = 10 },";
    assert_eq!(cost("bridge", "", traffic), SimDuration::from_us(3));
    assert_eq!(cost("host", "", traffic), SimDuration::ZERO);
    let given = ", per-connection = \"5 us\"";
    assert_eq!(cost("host", given, traffic), SimDuration::from_us(5));
    assert_eq!(cost("host", given, ""), SimDuration::ZERO);
}

#[test]
fn a_trunk_holds_as_many_tasks_as_it_has_branches() {
    let text = |mode: &str, count: u32, instance: &str| {
        ideal("", instance, "")
            .replace("\"bridge\"", &format!("\"{mode}\""))
            .replace("name = \"a\"", &format!("name = \"a\"\ncount = {count}"))
    };
    let places = |mode, count, instance: &str| {
        Experiment::parse("x.toml", &text(mode, count, instance)).is_ok()
    };
    // A c5.large has 3 ENIs and, as ECS published, room for 10 tasks on a trunk.
    let named = "type = \"c5.large\"";
    assert!(places("awsvpc", 2, named) && !places("awsvpc", 3, named));
    assert!(places("awsvpc-trunk", 10, named) && !places("awsvpc-trunk", 11, named));
    assert!(places("fargate", 11, named) && places("bridge", 11, named));
    let what_if = "type = \"c5.large\"\nenis = 3";
    assert!(places("awsvpc-trunk", 11, what_if) && places("awsvpc-trunk", 11, ""));
}
