//! CPU and memory of a task: how they are written, and which pairs Fargate sells.
//!
//! Sources: Amazon ECS API Reference, RegisterTaskDefinition, `cpu` and `memory`; Amazon ECS
//! Developer Guide, task size. Fargate may sell sizes by now that those pages did not list.

use std::ops::RangeInclusive;

use super::place::{Findings, Place};
use super::task_definition::TaskDefinition;

/// CPU that a task on instances may state \[1/1024 vCPU\].
const EC2_CPU: RangeInclusive<u32> = 128..=196_608;

/// A CPU size of Fargate and the memory that it can have.
struct FargateSize {
    /// \[1/1024 vCPU\]
    cpu: u32,
    /// \[MiB\], ascending.
    memory: &'static [u32],
    /// Further memory in equal steps: up to this, by this \[MiB\].
    then: (u32, u32),
}

/// What Fargate sells, ascending.
const FARGATE: [FargateSize; 7] = [
    FargateSize {
        cpu: 256,
        memory: &[512, 1024, 2048],
        then: (2048, 1024),
    },
    FargateSize {
        cpu: 512,
        memory: &[1024],
        then: (4096, 1024),
    },
    FargateSize {
        cpu: 1024,
        memory: &[2048],
        then: (8192, 1024),
    },
    FargateSize {
        cpu: 2048,
        memory: &[4096],
        then: (16_384, 1024),
    },
    FargateSize {
        cpu: 4096,
        memory: &[8192],
        then: (30_720, 1024),
    },
    FargateSize {
        cpu: 8192,
        memory: &[16_384],
        then: (61_440, 4096),
    },
    FargateSize {
        cpu: 16_384,
        memory: &[32_768],
        then: (122_880, 8192),
    },
];

impl FargateSize {
    /// All memory sizes \[MiB\], ascending.
    fn memories(&self) -> Vec<u32> {
        let mut all = self.memory.to_vec();
        let (last, step) = self.then;
        while let Some(next) = all.last().map(|m| m + step).filter(|m| *m <= last) {
            all.push(next);
        }
        all
    }

    /// Its memory sizes in words.
    fn memory_in_words(&self) -> String {
        let (last, step) = self.then;
        match self.memory {
            [first] => format!("{first} to {last} MiB in steps of {step}"),
            few => {
                let few: Vec<String> = few.iter().map(u32::to_string).collect();
                format!("{} MiB", few.join(", "))
            }
        }
    }
}

/// Task-level CPU \[1/1024 vCPU\] and memory \[MiB\] of `root`, as far as they are written.
pub(super) fn read(root: &Place<'_>, findings: &mut Findings) -> (Option<u32>, Option<u32>) {
    let mut one = |name: &str, unit: &str, example: &str| {
        let place = root.field(name)?;
        let text = place.value.as_str()?;
        let amount = amount(text, unit);
        if amount.is_none() {
            let reason = format!("this is neither a whole number nor a number of {unit}");
            findings.refuse(place.problem(reason, format!("write for example {example}")));
        }
        amount
    };
    let cpu = one("cpu", "vCPU", "\"512\" or \"0.5 vCPU\"");
    let memory = one("memory", "GB", "\"1024\" or \"1 GB\"");
    (cpu, memory)
}

/// `"512"`, or `"0.5 vCPU"` in units of 1/1024; the unit in any case, with or without a space.
fn amount(text: &str, unit: &str) -> Option<u32> {
    let text = text.trim();
    let split = text
        .len()
        .checked_sub(unit.len())
        .filter(|at| text.is_char_boundary(*at));
    let in_units = split
        .map(|at| text.split_at(at))
        .filter(|(_, end)| end.eq_ignore_ascii_case(unit));
    let Some((number, _)) = in_units else {
        return text.parse().ok().filter(|amount| *amount > 0);
    };
    let number = number.trim_end();
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount = number.parse::<f64>().ok().filter(|_| plain)? * 1024.0;
    let whole = amount.fract() == 0.0 && (1.0..f64::from(u32::MAX)).contains(&amount);
    whole.then_some(amount as u32)
}

/// The rules for the sizes that `definition`, which was read from `root`, states.
pub(super) fn check(root: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    if definition.is_fargate() {
        fargate(root, definition, findings);
    } else if let (Some(cpu), Some(place)) = (definition.cpu_units, root.field("cpu"))
        && !EC2_CPU.contains(&cpu)
    {
        let (least, most) = EC2_CPU.into_inner();
        let reason = format!("a task on instances may state {least} to {most} CPU units");
        findings.refuse(place.problem(reason, "write for example \"256\", or leave it out"));
    }
    totals(root, definition, findings);
}

fn fargate(root: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    for (name, example) in [("cpu", "\"256\""), ("memory", "\"512\"")] {
        if root.field(name).is_none() {
            let reason = "Fargate requires the size of the task";
            findings.refuse(root.missing(name, reason, format!("add \"{name}\": {example}")));
        }
    }
    let (Some(cpu), Some(place)) = (definition.cpu_units, root.field("cpu")) else {
        return;
    };
    let Some(size) = FARGATE.iter().find(|size| size.cpu == cpu) else {
        let sizes = FARGATE.map(|size| size.cpu.to_string()).join(", ");
        let reason = format!("Fargate sells {sizes} CPU units");
        let above = FARGATE
            .iter()
            .find(|size| size.cpu > cpu)
            .unwrap_or(&FARGATE[6]);
        return findings.refuse(place.problem(reason, format!("write \"{}\"", above.cpu)));
    };
    let (Some(memory), Some(place)) = (definition.memory_mib, root.field("memory")) else {
        return;
    };
    let memories = size.memories();
    if memories.contains(&memory) {
        return;
    }
    let reason = format!(
        "with {cpu} CPU units Fargate sells {}",
        size.memory_in_words()
    );
    let enough = |size: &FargateSize| size.memories().into_iter().find(|m| *m >= memory);
    let remedy = match enough(size) {
        Some(next) => format!("write \"{next}\""),
        None => match FARGATE
            .iter()
            .find_map(|size| Some((size.cpu, enough(size)?)))
        {
            Some((cpu, memory)) => format!("write \"cpu\": \"{cpu}\" and \"memory\": \"{memory}\""),
            None => format!("write \"{}\" or less", FARGATE[6].then.0),
        },
    };
    findings.refuse(place.problem(reason, remedy));
}

/// Containers do not reserve more than their task has.
fn totals(root: &Place<'_>, definition: &TaskDefinition, findings: &mut Findings) {
    let containers = &definition.containers;
    let cpu: u64 = containers.iter().map(|c| u64::from(c.cpu_units)).sum();
    let memory: u64 = containers
        .iter()
        .map(|c| u64::from(c.memory_demand_mib()))
        .sum();
    for (name, what, sum, limit) in [
        ("cpu", "CPU units", cpu, definition.cpu_units),
        ("memory", "MiB", memory, definition.memory_mib),
    ] {
        let Some((limit, place)) = limit.zip(root.field(name)) else {
            continue;
        };
        if sum > u64::from(limit) {
            let reason = format!("the containers reserve {sum} {what} in a task of {limit}");
            let remedy = format!("write \"{sum}\" or more, or less in the containers");
            findings.refuse(place.problem(reason, remedy));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spellings from the API reference, and the arithmetic: 1 vCPU is 1024 units, 1 GB 1024 MiB.
    #[test]
    fn sizes_are_read_in_both_spellings() {
        for (text, unit, expected) in [
            ("1024", "vCPU", Some(1024)),
            ("1 vCPU", "vCPU", Some(1024)),
            ("1 vcpu", "vCPU", Some(1024)),
            (".25 vCPU", "vCPU", Some(256)),
            ("0.5vCPU", "vCPU", Some(512)),
            ("2GB", "GB", Some(2048)),
            ("0.5 GB", "GB", Some(512)),
            ("1gb", "GB", Some(1024)),
            ("0", "GB", None),
            ("-1 GB", "GB", None),
            ("0.0001 GB", "GB", None),
            ("GB", "GB", None),
            ("1 MB", "GB", None),
            ("inf GB", "GB", None),
            ("1e3 GB", "GB", None),
            ("µGB", "GB", None),
            ("µ", "GB", None),
            ("", "GB", None),
            ("99999999999999 GB", "GB", None),
        ] {
            assert_eq!(amount(text, unit), expected, "{text:?}");
        }
    }

    /// The number of sizes and their ends, counted by hand from the table of the API reference.
    #[test]
    fn fargate_sells_the_published_sizes() {
        let sizes = FARGATE.map(|size| {
            let all = size.memories();
            (size.cpu, all.len(), all[0], *all.last().unwrap())
        });
        assert_eq!(
            sizes,
            [
                (256, 3, 512, 2048),
                (512, 4, 1024, 4096),
                (1024, 7, 2048, 8192),
                (2048, 13, 4096, 16_384),
                (4096, 23, 8192, 30_720),
                (8192, 12, 16_384, 61_440),
                (16_384, 12, 32_768, 122_880),
            ]
        );
    }
}
