//! Services and tasks to run, alone and with their task definitions. Oracle: the API reference of
//! CreateService and RunTask.

use serde_json::{Value, json};

use super::super::*;
use super::accepted::{definition, file};

fn parse(document: &Value) -> Result<Service, DocumentErrors> {
    Service::parse("service.json", &document.to_string())
}

/// Path and reason of the only problem.
#[track_caller]
fn only(errors: DocumentErrors) -> (String, String) {
    let [problem] = &errors.problems[..] else {
        panic!("{errors}")
    };
    assert!(!problem.remedy.is_empty());
    (problem.path.clone(), problem.reason.clone())
}

/// Asserts that the only problem is at `path`, with a reason that holds these words.
#[track_caller]
fn refused(document: Value, path: &str, reason: &str) {
    let (found, why) = only(parse(&document).expect_err("accepted"));
    assert_eq!(found, path);
    assert!(why.contains(reason), "{why}");
}

#[test]
fn a_service_is_read() {
    let service = Service::parse("service.json", &file("services/awsvpc.json")).unwrap();
    assert_eq!(service.name.as_deref(), Some("orders"));
    assert_eq!(service.family(), Some("orders"));
    assert_eq!(service.count, Some(6));
    assert_eq!(service.launch_type, Some(Compatibility::Ec2));
    let awsvpc = AwsvpcConfiguration {
        subnets: vec!["subnet-0a1b2c3d".to_owned(), "subnet-4e5f6a7b".to_owned()],
        security_groups: vec!["sg-0011223344556677".to_owned()],
        assign_public_ip: false,
    };
    assert_eq!(service.awsvpc, Some(awsvpc));
    let zone = PlacementField::Attribute("ecs.availability-zone".to_owned());
    let strategies = [
        PlacementStrategy::Spread(zone),
        PlacementStrategy::BinpackMemory,
    ];
    assert_eq!(service.placement_strategies, strategies);
    assert_eq!(
        service.placement_constraints,
        [PlacementConstraint::DistinctInstance]
    );
    assert_eq!(service.warnings, []);
    service.check_with(&definition("awsvpc")).unwrap();
}

#[test]
fn a_task_to_run_is_read() {
    let document = json!({
        "taskDefinition": "orders:3", "count": 2,
        "placementStrategy": [{"type": "binpack", "field": "CPU"}, {"type": "random"},
                              {"type": "spread", "field": "host"}],
        "placementConstraints": [{"type": "memberOf", "expression": "e"}],
    });
    let run = parse(&document).unwrap();
    assert_eq!((run.name.as_deref(), run.count), (None, Some(2)));
    assert_eq!(run.family(), Some("orders"));
    let strategies = [
        PlacementStrategy::BinpackCpu,
        PlacementStrategy::Random,
        PlacementStrategy::Spread(PlacementField::Instance),
    ];
    assert_eq!(run.placement_strategies, strategies);
    let member = PlacementConstraint::MemberOf("e".to_owned());
    assert_eq!(run.placement_constraints, [member]);
}

#[test]
fn what_is_refused_whatever_the_task_definition() {
    let subnets = |n: usize, groups: usize| {
        json!({"serviceName": "s", "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": vec!["subnet-1"; n], "securityGroups": vec!["sg-1"; groups]}}})
    };
    let awsvpc = "networkConfiguration.awsvpcConfiguration";
    assert!(parse(&subnets(16, 5)).is_ok());
    refused(subnets(17, 5), &format!("{awsvpc}.subnets"), "17 subnets");
    refused(subnets(0, 5), &format!("{awsvpc}.subnets"), "0 subnets");
    refused(
        subnets(1, 6),
        &format!("{awsvpc}.securityGroups"),
        "6 securityGroups",
    );
    let absent = json!({"serviceName": "s", "networkConfiguration": {"awsvpcConfiguration": {
        "securityGroups": ["sg-1"]}}});
    refused(absent, &format!("{awsvpc}.subnets"), "requires this field");

    let strategy = |strategy: Value| json!({"serviceName": "s", "placementStrategy": [strategy]});
    let field = "placementStrategy[0].field";
    refused(strategy(json!({"type": "binpack"})), field, "cpu or memory");
    refused(
        strategy(json!({"type": "binpack", "field": "disk"})),
        field,
        "cpu or memory",
    );
    refused(
        strategy(json!({"type": "spread", "field": "attribute:"})),
        field,
        "an attribute",
    );
    refused(
        strategy(json!({"field": "cpu"})),
        "placementStrategy[0].type",
        "has a type",
    );
    refused(
        strategy(json!({"type": "pack"})),
        "placementStrategy[0].type",
        "no such value",
    );
    let many = json!({"serviceName": "s", "placementStrategy": vec![json!({"type": "random"}); 6]});
    refused(many, "placementStrategy", "6 strategies");

    let constraint = json!({"serviceName": "s", "placementConstraints":
        [{"type": "distinctInstance", "expression": "e"}]});
    refused(constraint, "placementConstraints[0]", "no expression");
    let fargate = json!({"serviceName": "s", "launchType": "FARGATE",
        "placementStrategy": [{"type": "random"}]});
    refused(fargate, "placementStrategy", "no instances");

    refused(
        json!({"taskDefinition": "f", "count": 11}),
        "count",
        "1 to 10",
    );
    refused(
        json!({"serviceName": "s", "desiredCount": -1}),
        "desiredCount",
        "at least 0",
    );
    refused(json!({"count": 1}), "taskDefinition", "requires this field");
    refused(
        json!({"desiredCount": 1}),
        "serviceName",
        "requires this field",
    );
    let definition = json!({"family": "f", "containerDefinitions": []});
    refused(definition, "", "this is a task definition");
}

#[test]
fn surprises_are_warnings() {
    let kinds = |document: Value| {
        let warnings = parse(&document).unwrap().warnings;
        warnings
            .into_iter()
            .map(|w| (w.kind, w.path))
            .collect::<Vec<_>>()
    };
    let groups = json!({"serviceName": "s",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}});
    let path = "networkConfiguration.awsvpcConfiguration.securityGroups".to_owned();
    assert_eq!(kinds(groups), [(WarningKind::DefaultSecurityGroup, path)]);
    let random = json!({"serviceName": "s",
        "placementStrategy": [{"type": "random", "field": "cpu"}]});
    let path = "placementStrategy[0].field".to_owned();
    assert_eq!(kinds(random), [(WarningKind::WithoutEffect, path)]);
}

#[test]
fn a_service_and_its_task_definition_agree() {
    let network = |public: &str| {
        json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"],
               "assignPublicIp": public}})
    };
    let service = |fields: Value| {
        let mut document = json!({"serviceName": "s"});
        for (name, value) in fields.as_object().unwrap() {
            document[name] = value.clone();
        }
        parse(&document).unwrap()
    };
    let disagree = |fields: Value, file: &str| {
        only(
            service(fields)
                .check_with(&definition(file))
                .expect_err("accepted"),
        )
    };
    let (path, reason) = disagree(json!({}), "awsvpc");
    assert_eq!(path, "networkConfiguration");
    assert!(reason.contains("subnets"));
    let (path, _) = disagree(json!({"networkConfiguration": {}}), "awsvpc");
    assert_eq!(path, "networkConfiguration.awsvpcConfiguration");
    let (path, reason) = disagree(
        json!({"networkConfiguration": network("DISABLED")}),
        "bridge",
    );
    assert_eq!(path, "networkConfiguration");
    assert!(reason.contains("the task definition has bridge"));
    let (path, reason) = disagree(
        json!({"networkConfiguration": network("ENABLED")}),
        "awsvpc",
    );
    assert!(path.ends_with("assignPublicIp") && reason.contains("Fargate"));
    let (path, reason) = disagree(json!({"taskDefinition": "shop:1"}), "host");
    assert_eq!(path, "taskDefinition");
    assert!(reason.contains("of family metrics"));
    let on_fargate = json!({"launchType": "FARGATE", "networkConfiguration": network("ENABLED")});
    let (path, reason) = disagree(on_fargate.clone(), "awsvpc");
    assert_eq!(path, "launchType");
    assert!(reason.contains("cpu"), "{reason}");
    let (path, reason) = disagree(json!({"launchType": "FARGATE"}), "host");
    assert_eq!(path, "launchType");
    assert!(reason.contains("its networkMode is host"), "{reason}");
    let daemon = json!({"launchType": "FARGATE", "schedulingStrategy": "DAEMON",
        "networkConfiguration": network("ENABLED")});
    let (path, reason) = disagree(daemon, "fargate");
    assert_eq!(path, "schedulingStrategy");
    assert!(reason.contains("no instances"), "{reason}");
    service(on_fargate)
        .check_with(&definition("fargate"))
        .unwrap();
    let unnamed = json!({"networkConfiguration": network("ENABLED")});
    service(unnamed).check_with(&definition("fargate")).unwrap();
}

#[test]
fn a_service_is_told_from_a_task_definition() {
    assert!(Service::is_meant(&file("services/awsvpc.json")));
    assert!(Service::is_meant(
        r#"{"taskDefinition": "orders", "count": 2}"#
    ));
    assert!(Service::is_meant(
        r#"{"serviceName": "s", "desiredCount": 2}"#
    ));
    for name in ["awsvpc", "bridge", "described", "fargate", "host"] {
        let text = file(&format!("task-definitions/{name}.json"));
        assert!(!Service::is_meant(&text), "{name}");
    }
    let described = json!({"services": [{"serviceName": "s", "runningCount": 2}], "failures": []});
    assert!(Service::is_meant(&described.to_string()));
    refused(described, "services", "describe-services");
    for text in ["", "[]", "{}", "{\"serviceName\":"] {
        assert!(!Service::is_meant(text), "{text}");
    }
}

/// CreateService: a capacity provider strategy and a launch type exclude each other.
#[test]
fn capacity_providers_stand_for_a_launch_type() {
    let strategy = |provider: &str| json!([{"capacityProvider": provider, "weight": 1}]);
    let on = |provider: &str| {
        let service = json!({"serviceName": "s", "capacityProviderStrategy": strategy(provider)});
        parse(&service).unwrap().launch_type
    };
    assert_eq!(on("FARGATE_SPOT"), Some(Compatibility::Fargate));
    assert_eq!(on("my-instances"), None);
    let both = json!({"serviceName": "s", "launchType": "EC2",
        "capacityProviderStrategy": strategy("my-instances")});
    refused(both, "launchType", "capacityProviderStrategy");
}
