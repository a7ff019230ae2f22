//! The comparison as a table.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::Answer;
use crate::ecs::placement::{Count, Demand, Group, Next, Placement, Reason};

/// Header cells; numbers stand to the right.
const HEADER: [(&str, CellAlignment); 8] = [
    ("type\n", CellAlignment::Left),
    ("mode\n", CellAlignment::Left),
    ("inst.\n", CellAlignment::Right),
    ("addr.\n", CellAlignment::Right),
    ("task\n", CellAlignment::Left),
    ("placed\n", CellAlignment::Right),
    ("will not\nstart", CellAlignment::Right),
    ("one more\n", CellAlignment::Left),
];

/// Columns of which the texts are the user's or long.
const TASK: usize = 4;
const ONE_MORE: usize = 7;

/// Writes a row per type, mode and document.
pub fn write(answers: &[Answer<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(HEADER.map(|(name, _)| name));
    for answer in answers {
        let (type_name, mode) = (answer.case.type_name(), answer.case.mode_name());
        match &answer.result {
            Ok(placement) => rows(type_name, mode, placement, &mut table),
            Err(_) => {
                table.add_row([type_name, mode, "-", "-", "-", "-", "-", "refused: below"]);
            }
        }
    }
    for (column, (_, alignment)) in table.column_iter_mut().zip(HEADER) {
        column.set_padding((0, 1));
        column.set_cell_alignment(alignment);
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    // Long names and reasons are broken, but no reason that ECS has a name for.
    for (column, constraint) in [
        (TASK, ColumnConstraint::LowerBoundary(Width::Fixed(8))),
        (ONE_MORE, ColumnConstraint::LowerBoundary(Width::Fixed(17))),
    ] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(constraint);
        }
    }
    table
        .set_width(super::WIDTH)
        .set_content_arrangement(ContentArrangement::Dynamic);
    writeln!(out, "{}", table.trim_fmt())
}

/// The first row of a placement has what is common to all.
fn rows(type_name: &str, mode: &str, placement: &Placement<'_>, table: &mut Table) {
    let mut common = [
        type_name.to_owned(),
        mode.to_owned(),
        placement.instances.len().to_string(),
        placement.enis().total().to_string(),
    ];
    for (demand, group) in placement.demands.iter().zip(&placement.groups) {
        let row = std::mem::take(&mut common).into_iter();
        table.add_row(row.chain([
            demand.name.clone(),
            placed(demand, group),
            group.will_not_start.to_string(),
            next(&group.next),
        ]));
    }
}

fn placed(demand: &Demand, group: &Group) -> String {
    match demand.count {
        Count::Exactly(count) => format!("{} of {count}", group.placed),
        Count::AsManyAsFit => group.placed.to_string(),
    }
}

/// What would become of one more task, in a few words.
fn next(next: &Next) -> String {
    match next {
        Next::Fits => "fits".to_owned(),
        Next::Fargate => "an ENI more".to_owned(),
        Next::Refused(refusal) => {
            // "MemberOf placement constraint unsatisfied." is told in full below.
            let short = |reason: &Reason| reason.code().split(' ').next().unwrap_or_default();
            let mut codes: Vec<&str> = refusal.reasons.iter().map(short).collect();
            codes.dedup();
            codes.join(", ")
        }
    }
}
