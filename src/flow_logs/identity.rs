//! Who the tasks and ENIs of a scenario would be in an account: identifiers, addresses and ports.
//!
//! All of them are made up from names and numbers alone, so that the same experiment always has the
//! same, and formed as the services form them. The account is the one of the provider's own
//! examples; addresses of the other side are of a block kept for documentation.
//!
//! # Assumptions
//! - Addresses count up from 10.0.0.10, that of the instance's primary ENI, in the VPC 10.0.0.0/16
//!   and beyond it if there are that many.
//! - A client's connection has an ephemeral port of its own, counted up from 32768; on a shared ENI
//!   by all tasks in turn, as docker0's NAT or the kernel must tell them apart there. Beyond the
//!   range numbers begin anew, and connections with equal 5-tuples share a record.
//! - Bridge mode: the container port of task `i` (over all groups) is mapped to the host port
//!   32768 + `i`, as Docker's dynamic mapping counts when nothing else takes ports.
//! - `instance-id` is told for ENIs that are attached to the instance: not for branch ENIs, nor in
//!   mode `fargate`. ECS fields are told for ENIs that belong to one task.

use std::net::Ipv4Addr;

use sha2::{Digest, Sha256};

use crate::ecs::host_ports::DYNAMIC_PORTS;
use crate::scenario::{Mode, Scenario};

/// The account of the provider's own examples.
pub const ACCOUNT: &str = "123456789012";
/// The region.
pub const REGION: &str = "us-east-1";
/// The availability zone's identifier.
pub const ZONE: &str = "use1-az1";
/// Name of the ECS cluster.
pub const CLUSTER: &str = "enibench";

/// The first address given to an ENI.
const FIRST_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 10);

/// The task that an ENI belongs to alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskIdentity {
    /// The task group, as an ECS service.
    pub service: String,
    /// `ecs-task-id`.
    pub id: String,
    /// `ecs-container-id`.
    pub container: String,
}

/// An ENI that tasks send and receive through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `interface-id`.
    pub id: String,
    /// Its primary private address.
    pub address: Ipv4Addr,
    /// The task whose ENI it is; `None` where tasks share it.
    pub task: Option<TaskIdentity>,
}

/// The identities of one scenario.
#[derive(Clone, Debug)]
pub struct Identities {
    mode: Mode,
    /// The ENIs, in the order of their tasks; one where tasks share it, none without a network.
    pub interfaces: Vec<Interface>,
    /// Of each sender, the number of its task.
    task_of: Vec<u32>,
}

impl Identities {
    /// Those of `scenario`.
    pub fn new(scenario: &Scenario) -> Self {
        let mode = scenario.network.mode;
        let interfaces = match mode {
            Mode::None => Vec::new(),
            Mode::Bridge | Mode::Host => vec![interface("primary", 0, None)],
            Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate => tasks(scenario, mode),
        };
        Identities {
            mode,
            interfaces,
            task_of: scenario.task_of_senders(),
        }
    }

    /// Whether all tasks share one ENI.
    pub fn is_shared(&self) -> bool {
        matches!(self.mode, Mode::Bridge | Mode::Host)
    }

    /// Number of the ENI of a sender's task; `None` in mode `none`.
    pub fn interface_of(&self, sender: u32) -> Option<usize> {
        let number = match self.mode {
            Mode::None => return None,
            Mode::Bridge | Mode::Host => 0,
            Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate => {
                self.task_of[sender as usize] as usize
            }
        };
        Some(number)
    }

    /// The port of a server's ENI behind which `port` of the sender's task listens.
    pub fn server_port(&self, sender: u32, port: u16) -> u16 {
        match self.mode {
            Mode::Bridge => ephemeral(u64::from(self.task_of[sender as usize])),
            _ => port,
        }
    }

    /// The client's port of connection `flow` of a sender, as the client's ENI shows it.
    pub fn client_port(&self, sender: u32, flow: u32) -> u16 {
        let (sender, flow) = (u64::from(sender), u64::from(flow));
        match self.is_shared() {
            true => ephemeral(flow * self.task_of.len() as u64 + sender),
            false => ephemeral(flow),
        }
    }

    /// `instance-id` of the ENIs.
    pub fn instance(&self) -> Option<String> {
        let is_attached = matches!(self.mode, Mode::Bridge | Mode::Host | Mode::Awsvpc);
        is_attached.then(|| hex("i-", "instance", 17))
    }

    /// `ecs-container-instance-id` of tasks with an ENI of their own.
    pub fn container_instance(&self) -> Option<String> {
        (self.mode != Mode::Fargate).then(|| hex("", "container instance", 32))
    }
}

/// The ENIs of all tasks, each with its task.
fn tasks(scenario: &Scenario, mode: Mode) -> Vec<Interface> {
    let own = scenario.task_groups.iter().filter(|g| g.tasks_of.is_none());
    let names = own.flat_map(|group| (0..group.count).map(|index| (&group.name, index)));
    (0..)
        .zip(names)
        .map(|(number, (service, index))| {
            let name = format!("{service} {index}");
            let id = hex("", &format!("task {name}"), 32);
            // A microVM's runtime names containers after the task, Docker by a hash.
            let container = match mode {
                Mode::Fargate => format!("{id}-{:010}", 1 + index),
                _ => hex("", &format!("container {name}"), 64),
            };
            let task = TaskIdentity {
                service: service.clone(),
                id,
                container,
            };
            interface(&name, 1 + number, Some(task))
        })
        .collect()
}

fn interface(name: &str, number: u32, task: Option<TaskIdentity>) -> Interface {
    Interface {
        id: hex("eni-", &format!("interface {name}"), 17),
        address: Ipv4Addr::from_bits(FIRST_ADDRESS.to_bits() + number),
        task,
    }
}

/// `vpc-id` of all ENIs.
pub fn vpc() -> String {
    hex("vpc-", "vpc", 17)
}

/// `subnet-id` of all ENIs.
pub fn subnet() -> String {
    hex("subnet-", "subnet", 17)
}

/// The ARN of an ECS resource, such as `cluster/enibench`.
pub fn arn(resource: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{resource}")
}

/// The ephemeral port of this number, from Linux's default range for clients, which dynamic host
/// ports are taken from as well.
pub(super) fn ephemeral(number: u64) -> u16 {
    let (first, last) = DYNAMIC_PORTS.into_inner();
    let offset = number % (u64::from(last - first) + 1);
    first + u16::try_from(offset).expect("the range ends below 61000")
}

/// `prefix` and as many hexadecimal digits of the hash of `name`.
fn hex(prefix: &str, name: &str, digits: usize) -> String {
    let hash = Sha256::digest(name.as_bytes());
    let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}{}", &text[..digits])
}
