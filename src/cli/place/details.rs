//! One placement in detail: instances, host ports, exposure, addresses, reasons.

use crate::scenario::Mode;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::super::text::write_wrapped;
use super::Answer;
use super::ranges::{names, ports as port_ranges};
use crate::ecs::placement::{
    ContainerInstance, Demand, Next, Placement, Protocol, StartFailure, Subnet,
};

/// Blanks before every line.
const INDENT: u16 = 2;

/// Container ports of a task that are listed one by one; more are given as ranges.
const PORTS_LISTED_MAX: usize = 4;

/// Writes a heading, the instances, and notes.
pub fn write(answer: &Answer<'_>, subnet: Option<Subnet>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", answer.case.name())?;
    let placement = match &answer.result {
        Ok(placement) => placement,
        Err(reason) => {
            for line in reason.lines() {
                write_wrapped(&format!("  {line}"), 6, out)?;
            }
            return Ok(());
        }
    };
    let alike = alike(placement);
    if !alike.is_empty() {
        write_instances(placement, &alike, out)?;
    }
    let mut notes: Vec<(&str, String)> = Vec::new();
    for (name, instances) in &alike {
        notes.extend(host_ports(placement, instances[0], name).map(|text| ("host ports", text)));
    }
    notes.extend(
        exposures(placement)
            .into_iter()
            .map(|text| ("exposure", text)),
    );
    notes.push(("addresses", addresses(placement, subnet)));
    notes.extend(subnets(placement).map(|text| ("subnets", text)));
    notes.extend(failures(placement).map(|text| ("will stop", text)));
    notes.extend(next_tasks(placement).map(|text| ("one more", text)));
    write_notes(&notes, out)
}

/// Instances that hold the same, by a name for all of them.
type Alike<'p> = Vec<(String, Vec<&'p ContainerInstance>)>;

fn alike<'p>(placement: &'p Placement<'_>) -> Alike<'p> {
    let mut order: Vec<String> = Vec::new();
    let mut alike: BTreeMap<String, Vec<&ContainerInstance>> = BTreeMap::new();
    for instance in &placement.instances {
        // Tasks of a group differ by their number, which nobody asks for.
        let tasks = instance
            .tasks
            .iter()
            .map(|task| (task.group, &task.ports, task.failure));
        let key = format!("{:?}", tasks.collect::<Vec<_>>());
        if !alike.contains_key(&key) {
            order.push(key.clone());
        }
        alike.entry(key).or_default().push(instance);
    }
    let take = |key: String| {
        let instances = alike.remove(&key).unwrap_or_default();
        (names(&instances), instances)
    };
    order.into_iter().map(take).collect()
}

fn write_instances(
    placement: &Placement<'_>,
    alike: &Alike<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fleet = placement.fleet;
    let mut table = new_table();
    table.set_header([
        "instance",
        "zone",
        "tasks",
        "CPU free",
        "MiB free",
        "task ENIs",
    ]);
    for (name, instances) in alike {
        let instance = instances[0];
        let zones: BTreeSet<&str> = instances.iter().map(|i| fleet.zone(i.number)).collect();
        table.add_row([
            name.clone(),
            join(zones),
            tasks(placement, instance),
            format!("{} of {}", instance.cpu_free, fleet.cpu_units()),
            format!("{} of {}", instance.memory_free_mib, fleet.memory_mib()),
            format!("{} of {}", instance.eni_tasks, fleet.eni_slots()),
        ]);
    }
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    write_indented(&table, out)
}

/// `web 4, api 2`.
fn tasks(placement: &Placement<'_>, instance: &ContainerInstance) -> String {
    let counts = placement
        .demands
        .iter()
        .enumerate()
        .filter_map(|(group, demand)| {
            let count = instance.tasks_of(group);
            (count > 0).then(|| format!("{} {count}", demand.name))
        });
    let text = counts.collect::<Vec<_>>().join(", ");
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// `i-0: web 80/tcp at 32768-32771; api 8080/tcp at 8080`.
fn host_ports(
    placement: &Placement<'_>,
    instance: &ContainerInstance,
    name: &str,
) -> Option<String> {
    let mut by_group: BTreeMap<(usize, Protocol), BTreeMap<u16, Vec<u16>>> = BTreeMap::new();
    for (task, container, host, protocol) in placement.host_ports(instance) {
        let ports = by_group.entry((task.group, protocol)).or_default();
        ports.entry(container).or_default().push(host);
    }
    let mut parts = Vec::new();
    for ((group, protocol), ports) in by_group {
        let (task, protocol) = (&placement.demands[group].name, protocol.name());
        let mut part = |container: String, hosts: Vec<u16>| {
            let hosts: BTreeSet<u16> = hosts.into_iter().collect();
            parts.push(format!(
                "{task} {container}/{protocol} at {}",
                port_ranges(hosts)
            ));
        };
        if ports.len() > PORTS_LISTED_MAX {
            let containers = port_ranges(ports.keys().copied());
            part(containers, ports.into_values().flatten().collect());
        } else {
            ports
                .into_iter()
                .for_each(|(container, hosts)| part(container.to_string(), hosts));
        }
    }
    (!parts.is_empty()).then(|| format!("{name}: {}", parts.join("; ")))
}

/// Who is reached through which security groups; instances where it is the same, together.
fn exposures(placement: &Placement<'_>) -> Vec<String> {
    let mut order = Vec::new();
    let mut shared: BTreeMap<String, Vec<&ContainerInstance>> = BTreeMap::new();
    for instance in &placement.instances {
        let groups = placement.demands.iter().enumerate();
        let sharing = groups.filter(|(group, demand)| {
            instance.tasks_of(*group) > 0 && demand.mode.shares_primary_eni()
        });
        let sharing = join(sharing.map(|(_, demand)| demand.name.as_str()));
        if !sharing.is_empty() {
            let through = security_groups(placement.primary_security_groups(instance));
            let text = format!("every task of {sharing} through {through} of the primary ENI");
            if !shared.contains_key(&text) {
                order.push(text.clone());
            }
            shared.entry(text).or_default().push(instance);
        }
    }
    let shared = order
        .iter()
        .map(|text| format!("{}: {text}", names(&shared[text])));
    let mut lines: Vec<String> = shared.collect();
    for (group, demand) in placement.demands.iter().enumerate() {
        let own_eni = demand.mode.takes_eni() || demand.mode == Mode::Fargate;
        if own_eni && placement.groups[group].placed > 0 {
            let own = demand.security_groups.iter().map(String::as_str).collect();
            let through = security_groups(own);
            lines.push(format!(
                "{}: each task through {through} of its own ENI",
                demand.name
            ));
        }
    }
    lines
}

fn security_groups(names: BTreeSet<&str>) -> String {
    match names.is_empty() {
        true => "the VPC's default security group".to_owned(),
        false => join(names),
    }
}

/// What the subnet gives.
fn addresses(placement: &Placement<'_>, subnet: Option<Subnet>) -> String {
    let enis = placement.enis();
    let kinds = [
        (enis.primary, "primary"),
        (enis.trunk, "trunk"),
        (enis.attached, "attached by hand"),
        (enis.task, "task"),
    ];
    let used = kinds.iter().filter(|(count, _)| *count > 0);
    let used: Vec<String> = used
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    let total = enis.total();
    let mut text = match used.is_empty() {
        true => "0".to_owned(),
        false => format!("{total}, one per ENI: {}", used.join(", ")),
    };
    if let Some(subnet) = subnet {
        text += &format!("; {subnet} has {}", subnet.usable_addresses());
    }
    text
}

/// Where the services put the ENIs of their tasks.
fn subnets(placement: &Placement<'_>) -> impl Iterator<Item = String> {
    let own_eni = |demand: &&Demand| demand.mode.takes_eni() || demand.mode == Mode::Fargate;
    let demands = placement.demands.iter().filter(own_eni);
    let demands = demands.filter(|demand| !demand.subnets.is_empty());
    demands.map(|demand| {
        let subnets = join(demand.subnets.iter().map(String::as_str));
        format!("{}: {subnets}", demand.name)
    })
}

/// Tasks that have a place and will not start, with the states they go through.
fn failures(placement: &Placement<'_>) -> impl Iterator<Item = String> {
    let mut counts: BTreeMap<(usize, bool), (StartFailure, u32)> = BTreeMap::new();
    for task in placement
        .instances
        .iter()
        .flat_map(|instance| &instance.tasks)
    {
        if let Some(failure) = task.failure {
            let key = (task.group, failure == StartFailure::NoFreeSlot);
            counts.entry(key).or_insert((failure, 0)).1 += 1;
        }
    }
    counts.into_iter().map(|((group, _), (failure, count))| {
        let noun = if count == 1 { "task" } else { "tasks" };
        format!(
            "{count} {noun} of {}: {}. {}",
            placement.demands[group].name,
            failure.states().join(" → "),
            failure.text()
        )
    })
}

/// The service event and every reason, with what to change.
fn next_tasks(placement: &Placement<'_>) -> impl Iterator<Item = String> {
    let groups = placement.demands.iter().zip(&placement.groups);
    groups.flat_map(|(demand, group)| {
        let Next::Refused(refusal) = &group.next else {
            return Vec::new();
        };
        let mut lines = vec![refusal.event(&demand.name)];
        for reason in &refusal.reasons {
            let code = reason.code().trim_end_matches('.');
            lines.push(format!("{code}: {reason}; {}", reason.remedy()));
        }
        if refusal.another_instance_would_do {
            let name = placement.fleet.instance_type.name;
            lines.push(format!("one more {name} would take it"));
        }
        lines
    })
}

/// Labels on the left, once each; text on the right, broken where it is too long.
fn write_notes(notes: &[(&str, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut table = new_table();
    let mut last = "";
    for (label, text) in notes {
        table.add_row([if *label == last { "" } else { label }, text]);
        last = label;
    }
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::Absolute(Width::Fixed(12)));
    }
    write_indented(&table, out)
}

fn new_table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_width(super::WIDTH - INDENT)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

fn write_indented(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table.clone();
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.to_string().lines() {
        writeln!(out, "{}", format!("  {line}").trim_end())?;
    }
    Ok(())
}

fn join<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().collect::<Vec<_>>().join(", ")
}
