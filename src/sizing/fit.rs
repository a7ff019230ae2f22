//! How many tasks fit an instance before anything is simulated.
//!
//! Sources: Amazon ECS Developer Guide, container instance resources, task networking and elastic
//! network interface trunking; for ports, task definition parameters.

use crate::ecs::InstanceType;
use crate::ecs::documents::TaskDefinition;
use crate::ecs::host_ports::{DYNAMIC_PORTS, RESERVED_PORTS};
use crate::ecs::placement::{CPU_UNITS_PER_VCPU, kernel_memory_mib};

use super::Mode;

/// What stops one more task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// CPU units.
    Cpu,
    /// Memory.
    Memory,
    /// ENIs, or branch ENIs of the trunk.
    Enis,
    /// Ports of the instance.
    Ports,
}

impl Resource {
    /// As written in output.
    pub const fn name(self) -> &'static str {
        match self {
            Resource::Cpu => "CPU",
            Resource::Memory => "memory",
            Resource::Enis => "ENIs",
            Resource::Ports => "host ports",
        }
    }
}

/// How many tasks fit, of each definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The number.
    pub limit: u32,
    /// What is short then; of several, the first of [`Resource`].
    pub by: Resource,
}

/// How many tasks of each of `definitions` fit on `instance` together, all of them read as `mode`.
///
/// # Errors
/// If the type does not have the mode, or runs other machine code than a definition is for.
pub fn fit(
    definitions: &[TaskDefinition],
    instance: &InstanceType,
    mode: Mode,
) -> Result<Fit, String> {
    for definition in definitions {
        let has = instance.cpu_architecture();
        if let Some(wanted) = definition.cpu_architecture.filter(|wanted| *wanted != has) {
            let (family, wanted, name) = (&definition.family, wanted.name(), instance.name);
            return Err(format!(
                "{family} is built for {wanted} (runtimePlatform.cpuArchitecture), {name} is {}",
                has.name()
            ));
        }
    }
    let sum = |of: fn(&TaskDefinition) -> u32| -> u64 {
        definitions.iter().map(|d| u64::from(of(d))).sum()
    };
    let units = u64::from(instance.vcpus) * CPU_UNITS_PER_VCPU;
    let memory_mib = instance.memory_mib - kernel_memory_mib(instance.memory_mib);
    let each = definitions.len() as u64;
    let mut limits = vec![
        (
            Resource::Cpu,
            divided(units, sum(TaskDefinition::cpu_demand)),
        ),
        (
            Resource::Memory,
            divided(memory_mib, sum(TaskDefinition::memory_demand_mib)),
        ),
    ];
    match mode {
        Mode::Bridge | Mode::Host => limits.push((Resource::Ports, ports(definitions))),
        Mode::Awsvpc => {
            let tasks = u64::from(instance.awsvpc_tasks());
            limits.push((Resource::Enis, divided(tasks, each)));
        }
        Mode::AwsvpcTrunk => {
            let tasks = instance
                .trunk_tasks()
                .ok_or_else(|| format!("{} has no trunking that is known of", instance.name))?;
            limits.push((Resource::Enis, divided(u64::from(tasks.count), each)));
        }
    }
    let (by, limit) = limits
        .into_iter()
        .min_by_key(|(by, limit)| (*limit, *by))
        .expect("CPU and memory are limits everywhere");
    Ok(Fit {
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
        by,
    })
}

/// How often `each` is in `all`; without end if nothing is needed.
fn divided(all: u64, each: u64) -> u64 {
    all.checked_div(each).unwrap_or(u64::MAX)
}

/// Sets of tasks that the ports of one instance take: one, if a port is fixed.
fn ports(definitions: &[TaskDefinition]) -> u64 {
    let mut fixed = Vec::new();
    let mut dynamic = 0_u64;
    for definition in definitions {
        let ports = definition.host_ports();
        fixed.extend(ports.fixed);
        dynamic += u64::from(ports.dynamic);
    }
    fixed.sort_unstable();
    let conflict = fixed.windows(2).any(|pair| pair[0] == pair[1]);
    let reserved = fixed.iter().any(|(port, _)| RESERVED_PORTS.contains(port));
    if conflict || reserved {
        return 0;
    }
    let (low, high) = DYNAMIC_PORTS.into_inner();
    let sets = divided(u64::from(high - low) + 1, dynamic);
    if fixed.is_empty() { sets } else { sets.min(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::find;

    fn definition(mode: &str, family: &str, container: &str) -> TaskDefinition {
        let text = format!(
            r#"{{"family": "{family}", "networkMode": "{mode}", "containerDefinitions":
                [{{"name": "c", "image": "i", {container}}}]}}"#
        );
        TaskDefinition::parse("x.json", &text).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Limit and resource on c5.large: 2048 CPU units, 4096 MiB of which 3992 are offered, 3 ENIs,
    /// 10 trunked tasks.
    fn on_c5_large(definitions: &[TaskDefinition], mode: Mode) -> (u32, Resource) {
        let fit = fit(definitions, find("c5.large").unwrap(), mode).unwrap();
        (fit.limit, fit.by)
    }

    #[test]
    fn the_scarcest_resource_binds() {
        let bridge = |container| [definition("bridge", "f", container)];
        let cpu = bridge(r#""cpu": 200, "memory": 64"#);
        assert_eq!(on_c5_large(&cpu, Mode::Bridge), (10, Resource::Cpu));
        let memory = bridge(r#""cpu": 1, "memory": 1330"#);
        assert_eq!(on_c5_large(&memory, Mode::Bridge), (3, Resource::Memory));
        let more = bridge(r#""cpu": 1, "memory": 1331"#);
        assert_eq!(on_c5_large(&more, Mode::Bridge), (2, Resource::Memory));
        let fixed = bridge(
            r#""cpu": 1, "memory": 64, "portMappings": [{"containerPort": 80, "hostPort": 80}]"#,
        );
        assert_eq!(on_c5_large(&fixed, Mode::Bridge), (1, Resource::Ports));
        let reserved = bridge(
            r#""cpu": 1, "memory": 64, "portMappings": [{"containerPort": 80, "hostPort": 22}]"#,
        );
        assert_eq!(on_c5_large(&reserved, Mode::Bridge), (0, Resource::Ports));
        // 28,232 ports from 32768 to 60999, 1,000 for each task.
        let range = bridge(
            r#""cpu": 1, "memory": 6, "portMappings": [{"containerPortRange": "1000-1999"}]"#,
        );
        assert_eq!(on_c5_large(&range, Mode::Bridge), (28, Resource::Ports));
        let awsvpc = [definition("awsvpc", "f", r#""cpu": 1, "memory": 6"#)];
        assert_eq!(on_c5_large(&awsvpc, Mode::Awsvpc), (2, Resource::Enis));
        assert_eq!(
            on_c5_large(&awsvpc, Mode::AwsvpcTrunk),
            (10, Resource::Enis)
        );
    }

    #[test]
    fn definitions_together_take_the_sum() {
        let two = |first: &str, second: &str| {
            [
                definition("bridge", "f", first),
                definition("bridge", "g", second),
            ]
        };
        let cpu = two(r#""cpu": 100, "memory": 6"#, r#""cpu": 300, "memory": 6"#);
        assert_eq!(on_c5_large(&cpu, Mode::Bridge), (5, Resource::Cpu));
        assert_eq!(on_c5_large(&cpu, Mode::Awsvpc), (1, Resource::Enis));
        let port =
            r#""cpu": 1, "memory": 6, "portMappings": [{"containerPort": 80, "hostPort": 80}]"#;
        assert_eq!(
            on_c5_large(&two(port, port), Mode::Bridge),
            (0, Resource::Ports)
        );
    }

    #[test]
    fn a_type_without_trunking_is_told() {
        let definitions = [definition("awsvpc", "f", r#""cpu": 1, "memory": 6"#)];
        let reason = fit(&definitions, find("t3.micro").unwrap(), Mode::AwsvpcTrunk).unwrap_err();
        assert_eq!(reason, "t3.micro has no trunking that is known of");
    }

    #[test]
    fn other_machine_code_is_told() {
        let text = r#"{"family": "f", "runtimePlatform": {"cpuArchitecture": "ARM64"},
            "containerDefinitions": [{"name": "c", "image": "i", "cpu": 256, "memory": 64}]}"#;
        let definitions = [TaskDefinition::parse("x.json", text).unwrap()];
        let on = |name| fit(&definitions, find(name).unwrap(), Mode::Bridge);
        assert_eq!(on("c6g.large").map(|fit| fit.limit), Ok(8));
        assert_eq!(
            on("c5.large").unwrap_err(),
            "f is built for ARM64 (runtimePlatform.cpuArchitecture), c5.large is X86_64"
        );
    }
}
