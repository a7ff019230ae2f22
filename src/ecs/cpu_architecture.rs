//! Which machine code an instance type runs.
//!
//! # Source
//! Amazon EC2 User Guide, instance type naming conventions: a `g` after the generation stands for
//! AWS Graviton, which is ARM; the first Graviton type, a1, came before that convention. Grace is
//! named the same way. Mac types, which ECS does not use, are not told apart.

use super::InstanceType;

/// A set of machine instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpuArchitecture {
    /// Intel and AMD, 64 bits.
    X86_64,
    /// ARM, 64 bits.
    Arm64,
}

impl CpuArchitecture {
    /// As task definitions write it.
    pub const fn name(self) -> &'static str {
        match self {
            CpuArchitecture::X86_64 => "X86_64",
            CpuArchitecture::Arm64 => "ARM64",
        }
    }

    /// As the attribute `ecs.cpu-architecture` has it.
    pub const fn attribute(self) -> &'static str {
        match self {
            CpuArchitecture::X86_64 => "x86_64",
            CpuArchitecture::Arm64 => "arm64",
        }
    }

    /// The architecture that task definitions write so.
    pub fn of_name(name: &str) -> Option<CpuArchitecture> {
        let mut all = [CpuArchitecture::X86_64, CpuArchitecture::Arm64].into_iter();
        all.find(|architecture| architecture.name() == name)
    }

    /// What the instance type of this name runs.
    pub fn of_type_name(name: &str) -> CpuArchitecture {
        let family = name.split(['.', '-']).next().unwrap_or(name);
        let options = family
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .trim_start_matches(|c: char| c.is_ascii_digit());
        match family == "a1" || options.contains('g') {
            true => CpuArchitecture::Arm64,
            false => CpuArchitecture::X86_64,
        }
    }
}

impl InstanceType {
    /// What it runs.
    pub fn cpu_architecture(&self) -> CpuArchitecture {
        CpuArchitecture::of_type_name(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::find;

    /// By hand, from the processor that the EC2 instance type pages name.
    #[test]
    fn graviton_is_told_by_its_name() {
        let of = |name: &str| find(name).unwrap().cpu_architecture();
        for name in [
            "a1.large",
            "c6g.large",
            "c7gn.large",
            "g5g.xlarge",
            "i8ge.large",
            "im4gn.large",
            "is4gen.large",
            "m9g.large",
            "t4g.micro",
            "x2gd.large",
            "m8gd.large",
        ] {
            assert_eq!(of(name), CpuArchitecture::Arm64, "{name}");
        }
        for name in [
            "c5.large",
            "g4dn.xlarge",
            "g6e.xlarge",
            "gr6.4xlarge",
            "m7i-flex.large",
            "p6-b200.48xlarge",
            "t3.micro",
            "u7in-16tb.224xlarge",
            "x2iezn.2xlarge",
            "trn1.2xlarge",
        ] {
            assert_eq!(of(name), CpuArchitecture::X86_64, "{name}");
        }
    }

    #[test]
    fn names_are_those_of_task_definitions() {
        for architecture in [CpuArchitecture::X86_64, CpuArchitecture::Arm64] {
            assert_eq!(
                CpuArchitecture::of_name(architecture.name()),
                Some(architecture)
            );
            assert_eq!(architecture.name().to_lowercase(), architecture.attribute());
        }
        assert_eq!(CpuArchitecture::of_name("arm64"), None);
    }
}
