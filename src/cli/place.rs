//! `enibench place`: what fits on how many instances, by mode, and what stops the next task.

mod demands;
mod details;
mod json;
mod ranges;
mod services;
mod table;

use crate::scenario::Mode;
use std::io::Write;

use super::args::{PlaceArgs, PlaceMode};
use super::exit::{Exit, Failure};
use super::size::unique;
use super::stderr::say;
use crate::ecs::placement::{
    Attribute, Constraint, Count, Demand, Fleet, Instances, Placement, Strategy, place,
};
use crate::ecs::{self, InstanceType};
use demands::Definition;

/// Placements whose instances, ports and reasons are printed; of more, the table alone.
const DETAILED_MAX: usize = 6;

/// Columns that an answer takes at most.
const WIDTH: u16 = 80;

/// Tasks in one mode on one instance type.
struct Case {
    instance_type: Option<&'static InstanceType>,
    /// `None`: as the documents say.
    mode: Option<PlaceMode>,
    /// What to place where, or why ECS would refuse the documents.
    input: Result<(Fleet, Vec<Demand>), String>,
}

/// What came of a case.
struct Answer<'a> {
    case: &'a Case,
    /// The placement, or why there is none.
    result: Result<Placement<'a>, String>,
}

/// Runs the verb.
pub fn run(args: &PlaceArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let definitions = demands::read(args)?;
    let cases = cases(args, &definitions)?;
    let strategies = match args.strategies.is_empty() {
        // What ECS does for a service that names none (Amazon ECS Developer Guide, services).
        true => vec![Strategy::SpreadZones],
        false => args.strategies.clone(),
    };
    let answers: Vec<Answer<'_>> = cases
        .iter()
        .map(|case| Answer {
            case,
            result: answer(case, &strategies, args.seed),
        })
        .collect();
    if answers.iter().all(|answer| answer.result.is_err()) {
        return Err(refused(&answers));
    }
    if args.json {
        json::write(&answers, args.subnet, out)?;
    } else {
        table::write(&answers, out)?;
        let detailed = answers.len() <= DETAILED_MAX;
        for answer in answers
            .iter()
            .filter(|answer| detailed || answer.result.is_err())
        {
            details::write(answer, args.subnet, out)?;
        }
        if !detailed {
            writeln!(
                out,
                "\nname fewer types or modes for ports, security groups and reasons"
            )?;
        }
    }
    for definition in &definitions {
        definition
            .warnings()
            .for_each(|warning| say!("warning: {warning}"));
    }
    for answer in &answers {
        let placement = answer.result.as_ref().ok();
        for warning in placement.into_iter().flat_map(|p| p.warnings(args.subnet)) {
            say!("warning: {}: {warning}", answer.case.name());
        }
    }
    Ok(Exit::Done)
}

impl Case {
    /// As written in tables and headings.
    fn mode_name(&self) -> &'static str {
        match self.mode {
            None => "as written",
            Some(mode) => network_mode(mode).name(),
        }
    }

    fn type_name(&self) -> &'static str {
        self.instance_type.map_or("-", |t| t.name)
    }

    fn name(&self) -> String {
        match self.instance_type {
            Some(t) => format!("{}, {}", t.name, self.mode_name()),
            None => self.mode_name().to_owned(),
        }
    }
}

const fn network_mode(mode: PlaceMode) -> Mode {
    match mode {
        PlaceMode::Bridge => Mode::Bridge,
        PlaceMode::Host => Mode::Host,
        PlaceMode::Awsvpc => Mode::Awsvpc,
        PlaceMode::AwsvpcTrunk => Mode::AwsvpcTrunk,
        PlaceMode::Fargate => Mode::Fargate,
    }
}

fn answer<'a>(case: &'a Case, strategies: &[Strategy], seed: u64) -> Result<Placement<'a>, String> {
    let (fleet, demands) = case.input.as_ref().map_err(Clone::clone)?;
    place(fleet, demands, strategies, seed).map_err(|error| error.to_string())
}

/// Nothing could be placed at all; each reason once.
fn refused(answers: &[Answer<'_>]) -> Failure {
    let mut reasons: Vec<&String> = answers
        .iter()
        .filter_map(|a| a.result.as_ref().err())
        .collect();
    reasons.dedup();
    let reasons: Vec<&str> = reasons.into_iter().map(String::as_str).collect();
    Failure::Usage(reasons.join("\nerror: "))
}

/// Every mode on every type; Fargate once, since it asks for no type.
fn cases(args: &PlaceArgs, definitions: &[Definition]) -> Result<Vec<Case>, Failure> {
    let modes: Vec<Option<PlaceMode>> = match args.modes.is_empty() {
        true => vec![None],
        false => unique(&args.modes, |a, b| a == b)
            .into_iter()
            .map(Some)
            .collect(),
    };
    let types = unique(&args.types, |a, b| a.name == b.name);
    let demands: Vec<Result<Vec<Demand>, String>> = modes
        .iter()
        .map(|mode| demands::of_mode(args, definitions, *mode))
        .collect::<Result<_, _>>()?;
    let on_fargate = |mode: Option<PlaceMode>, demands: &Result<Vec<Demand>, String>| match demands
    {
        Ok(demands) => demands.iter().all(|demand| demand.mode == Mode::Fargate),
        Err(_) => mode == Some(PlaceMode::Fargate),
    };
    let mut cases = Vec::new();
    for &instance_type in &types {
        for (mode, demands) in modes.iter().zip(&demands) {
            if on_fargate(*mode, demands) {
                continue;
            }
            let fleet = |demands: &Vec<Demand>| fleet(args, instance_type, *mode, demands);
            let input = demands.as_ref().map_err(Clone::clone);
            let input = input.map(|demands| (fleet(demands), demands.clone()));
            cases.push(Case {
                instance_type: Some(instance_type),
                mode: *mode,
                input,
            });
        }
    }
    for (mode, demands) in modes.iter().zip(&demands) {
        if on_fargate(*mode, demands) {
            // Of no type in particular: no instance is launched.
            let fleet = Fleet::new(&ecs::all()[0]);
            let input = demands.clone().map(|demands| (fleet, demands));
            cases.push(Case {
                instance_type: None,
                mode: *mode,
                input,
            });
        } else if args.types.is_empty() {
            let message = "tasks in this mode need container instances; add for example --type \
                           c5.large, or --mode fargate";
            return Err(Failure::Usage(message.to_owned()));
        }
    }
    Ok(cases)
}

fn fleet(
    args: &PlaceArgs,
    instance_type: &'static InstanceType,
    mode: Option<PlaceMode>,
    demands: &[Demand],
) -> Fleet {
    let stock = Fleet::new(instance_type);
    let counted = demands
        .iter()
        .any(|demand| demand.count != Count::AsManyAsFit);
    Fleet {
        instances: match args.instances {
            Some(count) => Instances::Exactly(count),
            None if counted => Instances::AsNeeded,
            None => Instances::Exactly(1),
        },
        zones: match args.zones.is_empty() {
            true => stock.zones,
            false => args.zones.clone(),
        },
        attached_enis: args.attached_enis,
        reserved_memory_mib: args.reserved_memory.unwrap_or(stock.reserved_memory_mib),
        trunking: mode == Some(PlaceMode::AwsvpcTrunk),
        dynamic_ports: args.dynamic_ports.clone().unwrap_or(stock.dynamic_ports),
        security_groups: args.instance_security_groups.clone(),
        instance_type,
    }
}

/// Whether a constraint asks for a zone.
fn asks_for_zone(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::MemberOf(expression) => expression.mentions(Attribute::AvailabilityZone),
        Constraint::DistinctInstance => false,
    }
}
