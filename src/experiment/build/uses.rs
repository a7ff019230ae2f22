//! What the traffic makes use of: a scenario keeps nothing else of the network, so that points that
//! differ only in what has no effect are simulated once.

use crate::scenario::{Mode, Route, TaskGroup};

/// What some traffic does.
#[derive(Clone, Copy)]
pub(super) struct Uses {
    /// Packets come in through an ENI.
    pub ingress: bool,
    /// Packets go to the VPC resolver.
    pub resolver: bool,
    /// Packets are those of a given number of connections.
    pub flows: bool,
    /// Connections come and go.
    pub connections: bool,
}

impl Uses {
    /// What the traffic of `groups` does in `mode`.
    pub fn of(groups: &[TaskGroup], mode: Mode) -> Uses {
        // Between tasks of one instance, only ENIs of their own lead out and in again.
        let own_enis = matches!(mode, Mode::Awsvpc | Mode::AwsvpcTrunk | Mode::Fargate);
        let any = |does: &dyn Fn(&TaskGroup) -> bool| mode != Mode::None && groups.iter().any(does);
        Uses {
            ingress: any(&|group| match group.traffic.route {
                Route::In => true,
                Route::ToGroup(_) => own_enis,
                Route::Out | Route::Resolver => false,
            }),
            resolver: any(&|group| group.traffic.route == Route::Resolver),
            flows: any(&|group| group.traffic.flows.is_some()),
            connections: any(&|group| group.traffic.connections.is_some()),
        }
    }
}
