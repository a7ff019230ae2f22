//! A placement in the making: one task after another.

use crate::scenario::Mode;
use std::collections::BTreeMap;

use super::demand::{Count, Demand, TASKS_PER_SERVICE};
use super::error::PlacementError;
use super::fleet::{Fleet, INSTANCES_PER_CLUSTER, Instances};
use super::instance::{ContainerInstance, Request};
use super::refusal::{Reason, Refusal};
use super::strategy::{self, Strategy};
use super::{Group, Next};
use crate::engine::random::{Stream, StreamName};

/// A placement in the making.
pub(super) struct Scheduler<'a, 's> {
    fleet: &'a Fleet,
    demands: &'a [Demand],
    strategies: &'s [Strategy],
    random: Stream,
    pub(super) instances: Vec<ContainerInstance>,
    /// Instances that have not refused a task of the group yet, by group, in order. An instance
    /// only fills up, and tasks of a group are alike: it is asked again only until it refuses.
    open: Vec<Vec<usize>>,
    /// Tasks that have a place, by group.
    placed: Vec<u32>,
    /// Tasks by group and zone, the zone as its index.
    zone_tasks: BTreeMap<(usize, usize), u32>,
}

impl<'a, 's> Scheduler<'a, 's> {
    pub(super) fn new(
        fleet: &'a Fleet,
        demands: &'a [Demand],
        strategies: &'s [Strategy],
        seed: u64,
    ) -> Self {
        let name = StreamName {
            seed,
            replication: 0,
            component: "placement",
            index: 0,
            purpose: "strategy",
        };
        let mut scheduler = Scheduler {
            fleet,
            demands,
            strategies,
            random: name.stream(),
            instances: Vec::new(),
            open: vec![Vec::new(); demands.len()],
            placed: vec![0; demands.len()],
            zone_tasks: BTreeMap::new(),
        };
        if demands.iter().any(|demand| demand.mode != Mode::Fargate) {
            let first = match fleet.instances {
                Instances::Exactly(count) => count,
                Instances::AsNeeded => 1,
            };
            (0..first).for_each(|_| scheduler.launch());
        }
        scheduler
    }

    pub(super) fn requests(&self) -> Vec<Request<'a>> {
        let demands = self.demands.iter().enumerate();
        demands
            .map(|(group, demand)| Request::new(demand, group, self.fleet))
            .collect()
    }

    fn launch(&mut self) {
        // In range: the fleet was checked, and launches stop at a cluster's limit.
        let number = self.instances.len() as u32;
        self.open
            .iter_mut()
            .for_each(|open| open.push(number as usize));
        let instance = ContainerInstance::new(number, self.fleet, self.demands.len());
        self.instances.push(instance);
    }

    pub(super) fn place_counted(
        &mut self,
        request: &Request<'a>,
        count: u32,
    ) -> Result<(), PlacementError> {
        if request.demand.mode == Mode::Fargate {
            self.placed[request.group] = count;
            return Ok(());
        }
        for _ in 0..count {
            while !self.place_one(request) {
                let grows = self.fleet.instances == Instances::AsNeeded;
                if !grows || !self.another_would_do(request) {
                    // Tasks of a group are alike: what one of them lacks, the next one lacks.
                    return Ok(());
                }
                if self.instances.len() as u32 == INSTANCES_PER_CLUSTER {
                    return Err(PlacementError::TooManyInstances {
                        asked: INSTANCES_PER_CLUSTER + 1,
                        limit: INSTANCES_PER_CLUSTER,
                    });
                }
                self.launch();
            }
        }
        Ok(())
    }

    /// Gives what is left to the groups that take as many as fit, a task of each in turn.
    pub(super) fn fill(&mut self) {
        let mut open = self.requests();
        open.retain(|request| request.demand.count == Count::AsManyAsFit);
        for request in &open {
            if request.demand.mode == Mode::Fargate {
                self.placed[request.group] = 1;
            }
        }
        open.retain(|request| request.demand.mode != Mode::Fargate);
        while !open.is_empty() {
            open.retain(|request| {
                self.placed[request.group] < TASKS_PER_SERVICE && self.place_one(request)
            });
        }
    }

    /// Places one task, if any instance takes it.
    fn place_one(&mut self, request: &Request<'a>) -> bool {
        let (instances, fleet) = (&self.instances, self.fleet);
        let fits = |number: &usize| instances[*number].reasons(request, fleet).is_empty();
        self.open[request.group].retain(fits);
        let open = self.open[request.group].iter();
        let candidates: Vec<&ContainerInstance> = open.map(|number| &instances[*number]).collect();
        let (group, zones) = (request.group, self.fleet.zones.len());
        let zone = |instance: &ContainerInstance| instance.number as usize % zones;
        let zone_tasks = |instance: &ContainerInstance| {
            let tasks = self.zone_tasks.get(&(group, zone(instance)));
            tasks.copied().unwrap_or_default()
        };
        let strategies = match &request.demand.strategies[..] {
            [] => self.strategies,
            own => own,
        };
        let chosen = strategy::choose(candidates, strategies, group, zone_tasks, &mut self.random);
        let Some(number) = chosen.map(|instance| instance.number as usize) else {
            return false;
        };
        *self.zone_tasks.entry((group, number % zones)).or_default() += 1;
        self.instances[number].admit(request, self.placed[group], self.fleet);
        self.placed[group] += 1;
        true
    }

    /// Whether an empty instance would take the task, in one zone at least.
    fn another_would_do(&self, request: &Request<'a>) -> bool {
        (0..self.fleet.zones.len() as u32).any(|zone| {
            let empty = ContainerInstance::new(zone, self.fleet, self.demands.len());
            empty.reasons(request, self.fleet).is_empty()
        })
    }

    pub(super) fn groups(&self) -> Vec<Group> {
        let requests = self.requests();
        let mut groups: Vec<Group> = requests.iter().map(|r| self.group(r)).collect();
        for task in self.instances.iter().flat_map(|instance| &instance.tasks) {
            groups[task.group].will_not_start += u32::from(task.failure.is_some());
        }
        groups
    }

    fn group(&self, request: &Request<'a>) -> Group {
        let placed = self.placed[request.group];
        Group {
            placed,
            unplaced: match request.demand.count {
                Count::Exactly(count) => count - placed,
                Count::AsManyAsFit => 0,
            },
            will_not_start: 0,
            next: self.next(request),
        }
    }

    fn next(&self, request: &Request<'a>) -> Next {
        if request.demand.mode == Mode::Fargate {
            return Next::Fargate;
        }
        let of_instance = |instance: &ContainerInstance| {
            let reasons = instance.reasons(request, self.fleet);
            let shortage: u64 = reasons.iter().map(Reason::shortage).sum();
            (reasons.len(), shortage, instance.number, reasons)
        };
        let closest = self.instances.iter().map(of_instance);
        let closest =
            closest.min_by_key(|(count, shortage, number, _)| (*count, *shortage, *number));
        let (_, _, closest, reasons) =
            closest.expect("a task that is not on Fargate has instances");
        match reasons.is_empty() {
            true => Next::Fits,
            false => Next::Refused(Refusal {
                closest,
                reasons,
                another_instance_would_do: self.another_would_do(request),
            }),
        }
    }
}
