use super::*;

const C5: Attributes<'static> = Attributes {
    instance_type: "c5.large",
    zone: "us-east-1a",
    trunked: false,
};

fn holds(text: &str) -> bool {
    Expression::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .holds(&C5)
}

fn error(text: &str) -> String {
    Expression::parse(text).unwrap_err().to_string()
}

/// The truth of each was found by hand for a c5.large in us-east-1a; the forms are those of the
/// Amazon ECS Developer Guide, cluster query language.
#[test]
fn expressions_of_the_guide() {
    for (text, expected) in [
        ("attribute:ecs.instance-type == c5.large", true),
        ("attribute:ecs.instance-type equals t2.small", false),
        ("attribute:ecs.instance-type != t2.small", true),
        ("attribute:ecs.instance-type not_equals c5.large", false),
        (
            "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
            true,
        ),
        (
            "attribute:ecs.availability-zone !in [us-east-1a,us-east-1b]",
            false,
        ),
        (
            "attribute:ecs.availability-zone not_in ['us-east-1c']",
            true,
        ),
        ("attribute:ecs.instance-type =~ c5.*", true),
        ("attribute:ecs.instance-type matches g2.*", false),
        ("attribute:ecs.instance-type !~ g2.*", true),
        ("attribute:ecs.instance-type not_matches c5.*", false),
        ("attribute:ecs.instance-type =~ c5", false),
        (r"attribute:ecs.instance-type =~ (c5|m5)\.large", true),
        (r#"attribute:ecs.instance-type =~ "c\d[.]large""#, true),
        ("attribute:ecs.os-type == linux", true),
        ("attribute:ecs.os-type==windows", false),
        ("attribute:ecs.awsvpc-trunk-id exists", false),
        ("attribute:ecs.awsvpc-trunk-id !exists", true),
        ("attribute:ecs.awsvpc-trunk-id not_exists", true),
        ("attribute:ecs.os-type exists", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn compound_expressions() {
    let (yes, no) = (
        "attribute:ecs.os-type == linux",
        "attribute:ecs.os-type == x",
    );
    for (text, expected) in [
        (format!("{yes} and {yes}"), true),
        (format!("{yes} && {no}"), false),
        (format!("{no} or {yes}"), true),
        (format!("{no} || {no}"), false),
        (format!("not({no})"), true),
        (format!("!({yes})"), false),
        (format!("not not {yes}"), true),
        // `and` binds closer than `or`.
        (format!("{yes} or {yes} and {no}"), true),
        (format!("({yes} or {yes}) and {no}"), false),
        (format!("((({yes})))"), true),
        (
            "(attribute:ecs.instance-type =~ (c5|m5).*) and attribute:ecs.os-type exists".into(),
            true,
        ),
    ] {
        assert_eq!(holds(&text), expected, "{text}");
    }
}

#[test]
fn a_trunk_has_an_identifier() {
    let expression = Expression::parse("attribute:ecs.awsvpc-trunk-id exists").unwrap();
    let trunked = Attributes {
        trunked: true,
        ..C5
    };
    assert!(expression.holds(&trunked));
    assert!(expression.mentions(Attribute::TrunkId));
    assert!(!expression.mentions(Attribute::AvailabilityZone));
    assert_eq!(expression.text(), "attribute:ecs.awsvpc-trunk-id exists");
}

#[test]
fn what_cannot_be_known_is_refused_by_name() {
    for subject in [
        "task:group",
        "runningTasksCount",
        "agentVersion",
        "ec2InstanceId",
        "attribute:stack",
        "attribute:ecs.ami-id",
    ] {
        let message = error(&format!("{subject} == x"));
        assert!(
            message.contains(&format!("cannot evaluate \"{subject}\"")),
            "{message}"
        );
        assert!(message.contains("attribute:ecs.instance-type"), "{message}");
    }
    assert_eq!(
        error("attribute:ecs.instance-type > c5.large"),
        "cannot evaluate \"attribute:ecs.instance-type >\"; names have no order, write ==, !=, \
         in, !in, =~ or !~"
    );
    assert_eq!(
        error("attribute:ecs.awsvpc-trunk-id == eni-1"),
        "cannot evaluate \"attribute:ecs.awsvpc-trunk-id ==\"; the trunk's identifier is not \
         known beforehand, write \"exists\""
    );
    let message = error("attribute:ecs.instance-type =~ [c5");
    assert!(message.contains("\"[c5\" is not a pattern"), "{message}");
    let message = error("attribute:ecs.instance-type =~ (a{1000}){1000}");
    assert!(message.contains("it is too large"), "{message}");
}

#[test]
fn mistakes_are_shown_at_their_place() {
    for (text, column, expected) in [
        ("", 1, "a subject"),
        ("attribute:ecs.os-type", 22, "an operator"),
        ("attribute:ecs.os-type ==", 25, "a value"),
        (
            "attribute:ecs.os-type == linux linux",
            32,
            "\"and\", \"or\" or the end",
        ),
        ("attribute:ecs.os-type in linux", 26, "a list"),
        ("attribute:ecs.os-type in [linux", 32, "\",\" or \"]\""),
        ("attribute:ecs.os-type == 'linux", 26, "a closing quote"),
        ("(attribute:ecs.os-type == linux", 32, "\")\""),
        ("attribute:ecs.os-type =~ ", 26, "a pattern"),
        ("attribute:ecs.os-type exists and", 33, "a subject"),
    ] {
        let message = error(text);
        let place = format!("character {column}: expected {expected}");
        assert!(message.contains(&place), "{text:?} gave {message}");
    }
    let deep = "(".repeat(1000);
    assert!(error(&deep).contains("fewer parentheses"));
}
