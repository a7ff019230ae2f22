//! The life of the tasks during a trial: when each entered which state, and why it stopped.

use serde::{Deserialize, Serialize};

/// State of a task, as ECS reports it in `lastStatus`.
///
/// Source: Amazon ECS Developer Guide, task life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskState {
    /// Its ENI is made and attached.
    Provisioning,
    /// Images are pulled, containers start.
    Pending,
    /// It registers with the load balancer.
    Activating,
    /// It serves.
    Running,
    /// It leaves the load balancer and drains its connections.
    Deactivating,
    /// Its containers are told to exit.
    Stopping,
    /// Its ENI is detached.
    Deprovisioning,
    /// It is gone.
    Stopped,
}

impl TaskState {
    /// All states, in their order.
    pub const ALL: [TaskState; 8] = [
        TaskState::Provisioning,
        TaskState::Pending,
        TaskState::Activating,
        TaskState::Running,
        TaskState::Deactivating,
        TaskState::Stopping,
        TaskState::Deprovisioning,
        TaskState::Stopped,
    ];

    /// As ECS writes it.
    pub const fn name(self) -> &'static str {
        match self {
            TaskState::Provisioning => "PROVISIONING",
            TaskState::Pending => "PENDING",
            TaskState::Activating => "ACTIVATING",
            TaskState::Running => "RUNNING",
            TaskState::Deactivating => "DEACTIVATING",
            TaskState::Stopping => "STOPPING",
            TaskState::Deprovisioning => "DEPROVISIONING",
            TaskState::Stopped => "STOPPED",
        }
    }

    /// The state of this name.
    pub fn find(name: &str) -> Option<TaskState> {
        TaskState::ALL
            .into_iter()
            .find(|state| state.name() == name)
    }

    /// Whether a task in it runs, or is on its way to it: what a deployment's maximum counts.
    pub fn is_wanted(self) -> bool {
        self <= TaskState::Running
    }
}

/// Why a task stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// Its ENI was not attached in time.
    AttachTimeout,
    /// The experiment file stops it.
    Asked,
    /// A deployment replaces it.
    Replaced,
}

impl StopReason {
    /// In the words of ECS: the stopped reason, or else the stop code.
    ///
    /// Source: messages and stop codes of the Amazon ECS agent and API.
    pub const fn text(self) -> &'static str {
        match self {
            StopReason::AttachTimeout => "Timeout waiting for network interface provisioning",
            StopReason::Asked => "UserInitiated",
            StopReason::Replaced => "ServiceSchedulerInitiated",
        }
    }
}

/// A task enters a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// When, from the trial's start \[ps\].
    pub at_ps: u64,
    /// Number of the task's group in the scenario.
    pub group: usize,
    /// Number of the task in its group.
    pub index: u32,
    /// The state it enters.
    pub state: TaskState,
    /// Why it stops, once it does.
    pub reason: Option<StopReason>,
}
