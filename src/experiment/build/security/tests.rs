//! Oracle throughout: what security groups let in, by the rules of the Amazon VPC User Guide
//! applied by hand.

use super::*;
use crate::experiment::diagnostics::Problems;
use crate::scenario::{Arrivals, PacketSize, Traffic};
use crate::units::{Bytes, PacketRate};

/// `web` is open to all on 443, `db` to the VPC on 5432; `front` is in `web`, `store` in `db`.
const FILE: &str = r#"
[[security-group]]
name = "web"
allow = ["tcp 443 from 0.0.0.0/0"]
[[security-group]]
name = "db"
allow = ["tcp 5432 from 10.0.0.0/16"]
[[task]]
name = "front"
security-groups = ["web"]
port = 443
traffic = {}
[[task]]
name = "store"
security-groups = ["db"]
port = 5432
traffic = {}
"#;

fn group(name: &str, route: Route) -> TaskGroup {
    let size = PacketSize::Fixed(Bytes::new(100));
    let mut traffic = Traffic::outbound(Arrivals::Poisson, PacketRate::new(1.0).unwrap(), size);
    traffic.route = route;
    TaskGroup::own(name.to_owned(), 2, traffic)
}

/// What `file` makes of `groups` in this mode: whether each is let in, or the problems.
fn applied(file: &str, mode: Mode, groups: &mut [TaskGroup]) -> Result<Vec<bool>, String> {
    let root = Node::parse(file).unwrap();
    let mut problems = Problems::default();
    let mut cx = Context {
        problems: &mut problems,
        swept: Vec::new(),
        doubts: Vec::new(),
    };
    match apply(&root, mode, groups, &mut cx) {
        Ok(()) => Ok(groups.iter().map(|g| g.traffic.admitted).collect()),
        Err(Reported) => Err(problems.report("x.toml", file).to_string()),
    }
}

/// Whether what comes in from outside to `front` and `store` of [`FILE`], with `changes` made to
/// it, is let in.
fn inward(mode: Mode, changes: &[(&str, &str)]) -> Vec<bool> {
    let mut file = FILE.to_owned();
    for (from, to) in changes {
        assert!(file.contains(from), "{from}");
        file = file.replace(from, to);
    }
    let mut groups = [group("front", Route::In), group("store", Route::In)];
    applied(&file, mode, &mut groups).unwrap()
}

/// Packets for `store` that come to the port of `front` meet the union of all groups where the ENI
/// is shared, and only the groups of `store` where it is not.
#[test]
fn tasks_that_share_an_eni_are_exposed_through_the_groups_of_all() {
    let astray = [(
        "port = 5432\ntraffic = {}",
        "port = 5432\ntraffic = { port = 443 }",
    )];
    for mode in [Mode::Bridge, Mode::Host] {
        assert_eq!(inward(mode, &astray), [true, true], "{mode:?}");
    }
    for mode in [Mode::Awsvpc, Mode::AwsvpcTrunk, Mode::Fargate] {
        assert_eq!(inward(mode, &astray), [true, false], "{mode:?}");
    }
}

#[test]
fn port_protocol_and_source_decide() {
    let awsvpc = |changes: &[(&str, &str)]| inward(Mode::Awsvpc, changes);
    assert_eq!(awsvpc(&[]), [true, false]);
    let from_vpc = (
        "5432\ntraffic = {}",
        "5432\ntraffic = { from = \"10.0.7.0/24\" }",
    );
    assert_eq!(awsvpc(&[from_vpc]), [true, true]);
    let udp = ("port = 443\n", "port = 443\nprotocol = \"udp\"\n");
    assert_eq!(awsvpc(&[udp]), [false, false]);
    let elsewhere = ("port = 443\n", "port = 80\n");
    assert_eq!(awsvpc(&[elsewhere]), [false, false]);
}

#[test]
fn without_any_security_group_everything_is_let_in() {
    let none = [
        ("security-groups = [\"web\"]\n", ""),
        ("security-groups = [\"db\"]\n", ""),
    ];
    assert_eq!(inward(Mode::Awsvpc, &none), [true, true]);
    // Once one task is in a group, the other has the VPC's default group.
    let one = [("security-groups = [\"db\"]\n", "")];
    assert_eq!(inward(Mode::Awsvpc, &one), [true, false]);
    assert_eq!(inward(Mode::Bridge, &one), [true, false]);
}

#[test]
fn answers_and_what_goes_out_are_let_through() {
    let clients = [("port = 5432\n", ""), ("port = 443\n", "")];
    assert_eq!(inward(Mode::Awsvpc, &clients), [true, true]);
    for route in [Route::Out, Route::Resolver] {
        let mut groups = [group("front", route), group("store", route)];
        assert_eq!(
            applied(FILE, Mode::Awsvpc, &mut groups),
            Ok(vec![true, true])
        );
    }
    assert_eq!(inward(Mode::None, &[]), [true, true]);
}

/// From `front` to `store` (5432, open to the VPC) and back (443, open to all); and to a port that
/// `store` does not open.
#[test]
fn between_tasks_groups_are_met_at_enis_alone() {
    let admitted = |mode, file: &str| {
        let mut groups = [
            group("front", Route::ToGroup(1)),
            group("store", Route::ToGroup(0)),
        ];
        applied(file, mode, &mut groups).unwrap()
    };
    assert_eq!(admitted(Mode::Awsvpc, FILE), [true, true]);
    let closed = FILE.replace(
        "port = 443\ntraffic = {}",
        "port = 443\ntraffic = { port = 22 }",
    );
    assert_eq!(admitted(Mode::Awsvpc, &closed), [false, true]);
    assert_eq!(admitted(Mode::Bridge, &closed), [true, true]);
    assert_eq!(admitted(Mode::Host, &closed), [true, true]);
}

/// Members of the VPC's default group talk to each other; others do not talk to them.
#[test]
fn the_default_group_lets_in_its_members() {
    let file = FILE
        .replace("security-groups = [\"web\"]\n", "")
        .replace("security-groups = [\"db\"]\n", "")
        + "[[task]]\nname = \"other\"\nsecurity-groups = [\"web\"]\ntraffic = {}\n";
    let mut groups = [
        group("front", Route::ToGroup(1)),
        group("store", Route::Out),
        group("other", Route::ToGroup(1)),
    ];
    let admitted = applied(&file, Mode::Awsvpc, &mut groups);
    assert_eq!(admitted, Ok(vec![true, true, false]));
}

/// A second traffic of the same tasks meets their groups.
#[test]
fn groups_that_share_tasks_share_their_security_groups() {
    let file = FILE.to_owned() + "[[task]]\nname = \"more\"\ntraffic = { port = 443 }\n";
    let mut more = group("more", Route::In);
    more.tasks_of = Some(0);
    let mut groups = [group("front", Route::In), group("store", Route::In), more];
    let admitted = applied(&file, Mode::Awsvpc, &mut groups);
    assert_eq!(admitted, Ok(vec![true, false, true]));
}

#[test]
fn endpoints_are_what_the_tables_say() {
    let file = FILE.replace(
        "port = 5432\ntraffic = {}",
        "port = 5432\nprotocol = \"udp\"\ntraffic = { port = 53, from = \"10.0.7.0/24\" }",
    );
    let mut groups = [group("front", Route::Out), group("store", Route::Out)];
    applied(&file, Mode::Awsvpc, &mut groups).unwrap();
    let plain = Endpoint {
        port: Some(443),
        ..Endpoint::default()
    };
    assert_eq!(groups[0].endpoint, plain);
    let other = Endpoint {
        protocol: Protocol::Udp,
        port: Some(5432),
        destination: Some(53),
        peer: Ipv4Net::parse("10.0.7.0/24").unwrap(),
    };
    assert_eq!(groups[1].endpoint, other);
    // Naming a task's own port once more changes nothing.
    let again = FILE.replace(
        "port = 443\ntraffic = {}",
        "port = 443\ntraffic = { port = 443 }",
    );
    applied(&again, Mode::Awsvpc, &mut groups).unwrap();
    assert_eq!(groups[0].endpoint, plain);
}

#[test]
fn traffic_that_is_let_in_in_part_is_refused() {
    let file = FILE.replace(
        "5432\ntraffic = {}",
        "5432\ntraffic = { from = \"10.0.0.0/8\" }",
    );
    let mut groups = [group("front", Route::In), group("store", Route::In)];
    let report = applied(&file, Mode::Awsvpc, &mut groups).unwrap_err();
    assert!(
        report.contains("the rule \"tcp 5432 from 10.0.0.0/16\" lets in only part of"),
        "{report}"
    );
    assert!(report.contains("holds 10.0.0.0/8"), "{report}");
}

#[test]
fn traffic_between_tasks_without_a_port_is_refused() {
    let file = FILE.replace("port = 5432\n", "");
    let mut groups = [
        group("front", Route::ToGroup(1)),
        group("store", Route::Out),
    ];
    let report = applied(&file, Mode::Awsvpc, &mut groups).unwrap_err();
    assert!(report.contains("`front` sends to `store`"), "{report}");
    assert!(report.contains("for example port = 443"), "{report}");
}
