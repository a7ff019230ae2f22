//! Which ENI of a port transmits next.

use std::collections::VecDeque;

use super::eni::Eni;
use crate::model::arbiter::{Arbiter as _, Backlog, Drr, RoundRobin};
use crate::units::Bytes;

impl Backlog for &[Eni] {
    fn is_empty(&self, eni: u32) -> bool {
        self[eni as usize].head_size().is_none()
    }

    fn first_size(&self, eni: u32) -> Bytes {
        let first = self[eni as usize].head_size();
        first.expect("asked for an ENI with a packet")
    }
}

/// The rules of the product, and those that it needs no arbiter for.
#[derive(Debug)]
pub(super) enum Arbiter {
    /// One ENI: nothing to choose.
    Single,
    /// In the order of arrival at the ENIs, as if there were one queue.
    Fifo {
        /// The ENI of each waiting packet, in order of arrival.
        order: VecDeque<u32>,
    },
    RoundRobin(RoundRobin),
    Drr(Drr),
}

impl Arbiter {
    /// A packet has joined `eni`, which had none waiting if `was_empty`.
    pub fn enqueued(&mut self, eni: u32, was_empty: bool) {
        match self {
            Arbiter::Single => {}
            Arbiter::Fifo { order } => order.push_back(eni),
            Arbiter::RoundRobin(rule) => rule.enqueued(eni, was_empty),
            Arbiter::Drr(rule) => rule.enqueued(eni, was_empty),
        }
    }

    /// The ENI whose first packet is transmitted next.
    pub fn next(&mut self, enis: &[Eni]) -> Option<u32> {
        match self {
            Arbiter::Single => enis[0].head_size().map(|_| 0),
            Arbiter::Fifo { order } => order.pop_front(),
            Arbiter::RoundRobin(rule) => rule.next(&enis),
            Arbiter::Drr(rule) => rule.next(&enis),
        }
    }
}
