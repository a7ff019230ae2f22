//! Placements for machines: names are stable, and what does not apply is null.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Answer;
use crate::ecs::TrunkSource;
use crate::ecs::placement::{
    ContainerInstance, Count, Demand, Group, Next, PlacedTask, Placement, Subnet,
};

/// Writes an array with an object per type and mode.
pub fn write(
    answers: &[Answer<'_>],
    subnet: Option<Subnet>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let answers: Vec<Value> = answers.iter().map(|answer| one(answer, subnet)).collect();
    writeln!(out, "{:#}", Value::Array(answers))
}

fn one(answer: &Answer<'_>, subnet: Option<Subnet>) -> Value {
    let mut object = json!({
        "instance_type": answer.case.instance_type.map(|t| t.name),
        "mode": answer.case.mode.map(|_| answer.case.mode_name()),
        "refused": answer.result.as_ref().err(),
    });
    let Ok(placement) = &answer.result else {
        return object;
    };
    let enis = placement.enis();
    let trunk = placement.fleet.instance_type.trunk_tasks();
    let trunk = trunk.filter(|_| placement.fleet.is_trunked() && !placement.instances.is_empty());
    let warnings = placement.warnings(subnet);
    object["tasks"] = placement
        .demands
        .iter()
        .zip(&placement.groups)
        .map(|(demand, group)| task_group(demand, group))
        .collect();
    object["instances"] = placement
        .instances
        .iter()
        .map(|i| instance(placement, i))
        .collect();
    object["enis"] = json!({
        "primary": enis.primary, "trunk": enis.trunk, "attached": enis.attached,
        "task": enis.task, "total": enis.total(),
    });
    object["trunk_tasks_source"] = json!(trunk.map(|trunk| match trunk.source {
        TrunkSource::Published => "published",
        TrunkSource::Derived => "derived",
    }));
    object["addresses"] = json!(enis.total());
    object["subnet"] = json!(subnet.map(|subnet| subnet.to_string()));
    object["subnet_addresses"] = json!(subnet.map(Subnet::usable_addresses));
    object["warnings"] = warnings.iter().map(ToString::to_string).collect();
    object
}

fn task_group(demand: &Demand, group: &Group) -> Value {
    json!({
        "task": demand.name,
        "mode": demand.mode.name(),
        "requested": match demand.count {
            Count::Exactly(count) => Some(count),
            Count::AsManyAsFit => None,
        },
        "cpu_units": demand.cpu_units,
        "memory_mib": demand.memory_mib,
        "placed": group.placed,
        "unplaced": group.unplaced,
        "will_not_start": group.will_not_start,
        "security_groups": demand.security_groups,
        "subnets": demand.subnets,
        "next": next(&group.next, &demand.name),
    })
}

fn next(next: &Next, name: &str) -> Value {
    match next {
        Next::Fits => json!({ "verdict": "fits" }),
        Next::Fargate => json!({ "verdict": "fargate" }),
        Next::Refused(refusal) => {
            let reasons = refusal.reasons.iter().map(|reason| {
                json!({
                    "reason": reason.code(),
                    "detail": reason.to_string(),
                    "remedy": reason.remedy(),
                })
            });
            json!({
                "verdict": "refused",
                "closest_instance": refusal.closest,
                "reasons": reasons.collect::<Vec<Value>>(),
                "event": refusal.event(name),
                "another_instance_would_do": refusal.another_instance_would_do,
            })
        }
    }
}

fn instance(placement: &Placement<'_>, instance: &ContainerInstance) -> Value {
    let fleet = placement.fleet;
    let tasks = instance
        .tasks
        .iter()
        .map(|task| placed_task(placement, instance, task));
    json!({
        "instance": instance.number,
        "zone": fleet.zone(instance.number),
        "cpu_units": fleet.cpu_units(),
        "cpu_units_free": instance.cpu_free,
        "memory_mib": fleet.memory_mib(),
        "memory_mib_free": instance.memory_free_mib,
        "task_enis": instance.eni_tasks,
        "task_enis_max": fleet.eni_slots(),
        "primary_security_groups": placement.primary_security_groups(instance),
        "tasks": tasks.collect::<Vec<Value>>(),
    })
}

fn placed_task(
    placement: &Placement<'_>,
    instance: &ContainerInstance,
    task: &PlacedTask,
) -> Value {
    let ports = task.ports.iter().map(|port| {
        json!({
            "container_port": port.container,
            "host_port": port.host,
            "protocol": port.protocol.name(),
        })
    });
    json!({
        "task": placement.demands[task.group].name,
        "number": task.number,
        "ports": ports.collect::<Vec<Value>>(),
        "security_groups": placement.exposure(instance, task.group),
        "starts": task.failure.is_none(),
        "states": task.failure.map(|failure| failure.states()),
        "stopped_reason": task.failure.map(|failure| failure.text()),
    })
}
