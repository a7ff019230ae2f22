//! A number that stands for everything that happened to the packets of a trial.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::stage::DropCause;
use crate::units::{Bytes, SimTime};

/// A 64-bit hash over what became of every packet that was sent in the window.
///
/// # Definition
/// All arithmetic is modulo 2⁶⁴. A packet that task number t (over all groups) sent at the instant
/// a \[ps\] with s bytes counts as `(2·(a + t·TASK + s·SIZE) + 1) · (i + FATE)`, where i is the
/// instant \[ps\] at which it was delivered or dropped, and 0 if it was still inside at the end of
/// the trial. The odd constant `FATE` is one for delivered packets, one for those left inside, and
/// one for each cause of a drop. The fingerprint is the sum over the packets, so it does not matter
/// in which order they are worked through.
///
/// # What it sees
/// The first factor is odd: if one packet leaves at another instant or for another reason, the
/// fingerprint always differs. Of any other difference – packets that swap their instants, come
/// earlier, are more or fewer – it misses one in 2⁶⁴, as far as nobody makes them up for it.
///
/// # What it does not see
/// Where between its two instants a packet waited (the stages of `tasks.csv` say that), packets sent
/// before or after the window as long as they delay none within, and which tasks were when in which
/// state (`timeline.csv`).
///
/// # Source
/// A sum of products of keyed words is the NH family of Black, Halevi, Krawczyk, Krovetz and Rogaway
/// (UMAC, 1999), which needs one multiplication per pair of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(u64);

/// The golden ratio's fraction times 2⁶⁴, as an odd number: its multiples spread evenly.
const TASK: u64 = 0x9e37_79b9_7f4a_7c15;

/// Like [`TASK`], for √2.
const SIZE: u64 = 0x6a09_e667_f3bc_c909;

/// Added to the instant of a delivery: the fraction of √3, odd.
const DELIVERED: u64 = 0xbb67_ae85_84ca_a73b;

/// In the place of the instant of a packet that is left inside: the fraction of √5, odd.
const INSIDE: u64 = 0x3c6e_f372_fe94_f82b;

/// Added to the instant of a drop, and to it [`TASK`] twice per number of the cause: the fraction
/// of √7, odd.
const DROPPED: u64 = 0xa54f_f53a_5f1d_36f1;

impl Fingerprint {
    /// A packet of `task` that was sent at `arrived` reaches its receiver at `delivered`.
    #[inline(always)]
    pub fn delivered(&mut self, task: u32, size: Bytes, arrived: SimTime, delivered: SimTime) {
        self.add(
            task,
            size,
            arrived,
            delivered.as_ps().wrapping_add(DELIVERED),
        );
    }

    /// It is lost at `dropped`.
    #[inline]
    pub fn dropped(
        &mut self,
        task: u32,
        size: Bytes,
        arrived: SimTime,
        dropped: SimTime,
        cause: DropCause,
    ) {
        let cause = TASK.wrapping_mul(2 * cause as u64).wrapping_add(DROPPED);
        self.add(task, size, arrived, dropped.as_ps().wrapping_add(cause));
    }

    /// It is inside when the trial ends.
    #[inline]
    pub fn left_inside(&mut self, task: u32, size: Bytes, arrived: SimTime) {
        self.add(task, size, arrived, INSIDE);
    }

    #[inline(always)]
    fn add(&mut self, task: u32, size: Bytes, arrived: SimTime, fate: u64) {
        let who = u64::from(task)
            .wrapping_mul(TASK)
            .wrapping_add(size.get().wrapping_mul(SIZE))
            .wrapping_add(arrived.as_ps());
        let odd = who.wrapping_mul(2).wrapping_add(1);
        self.0 = self.0.wrapping_add(odd.wrapping_mul(fate));
    }

    /// Adds the packets of another one, which are none of these.
    #[inline(always)]
    pub fn merge(&mut self, other: Fingerprint) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

/// As 16 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Packet = (u32, u64, u64, u64, Option<u8>);

    /// The definition, in 128 bits and by division, packet by packet.
    fn by_definition(packets: &[Packet]) -> u64 {
        const MODULUS: u128 = 1 << 64;
        let term = |&(task, size, arrived, instant, cause): &Packet| {
            let who = u128::from(arrived)
                + u128::from(task) * u128::from(TASK)
                + u128::from(size) * u128::from(SIZE);
            let fate = match cause {
                None => u128::from(DELIVERED),
                Some(cause) => u128::from(DROPPED) + 2 * u128::from(cause) * u128::from(TASK),
            };
            let odd = (2 * (who % MODULUS) + 1) % MODULUS;
            odd * ((u128::from(instant) + fate) % MODULUS) % MODULUS
        };
        (packets.iter().map(term).sum::<u128>() % MODULUS) as u64
    }

    fn of(packets: &[Packet]) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        for &(task, size, arrived, instant, cause) in packets {
            let size = Bytes::new(size);
            let (arrived, instant) = (SimTime::from_ps(arrived), SimTime::from_ps(instant));
            match cause {
                None => fingerprint.delivered(task, size, arrived, instant),
                Some(cause) => {
                    let cause = DropCause::ALL[cause as usize];
                    fingerprint.dropped(task, size, arrived, instant, cause);
                }
            }
        }
        fingerprint
    }

    fn packet() -> impl Strategy<Value = Packet> {
        let causes = DropCause::COUNT as u8;
        let instants = (0_u64..1 << 45, 0_u64..1 << 40);
        (
            0_u32..2000,
            1_u64..9001,
            instants,
            prop::option::of(0..causes),
        )
            .prop_map(|(task, size, (arrived, sojourn), cause)| {
                (task, size, arrived, arrived + sojourn, cause)
            })
    }

    proptest! {
        #[test]
        fn it_is_the_sum_of_its_definition(packets in prop::collection::vec(packet(), 0..40)) {
            prop_assert_eq!(of(&packets).0, by_definition(&packets));
            let mut reversed = packets.clone();
            reversed.reverse();
            prop_assert_eq!(of(&packets), of(&reversed));
            let (first, second) = packets.split_at(packets.len() / 2);
            let mut merged = of(first);
            merged.merge(of(second));
            prop_assert_eq!(of(&packets), merged);
        }

        /// By construction: an odd factor has an inverse modulo 2⁶⁴.
        #[test]
        fn one_packet_at_another_instant_is_always_seen(
            packets in prop::collection::vec(packet(), 1..40),
            which in any::<prop::sample::Index>(),
            later in 1_u64..1 << 45,
        ) {
            let mut other = packets.clone();
            which.get_mut(&mut other).3 += later;
            prop_assert_ne!(of(&packets), of(&other));
        }

        /// Deliveries that change places leave every average as it is, and the histogram too if the
        /// packets arrive together.
        #[test]
        fn two_tasks_that_swap_their_deliveries_are_seen(
            packets in prop::collection::vec(packet(), 2..40),
        ) {
            let mut other = packets.clone();
            let (first, second) = (packets[0], packets[1]);
            prop_assume!(first.0 != second.0 && first.3 != second.3);
            (other[0].3, other[1].3) = (second.3, first.3);
            (other[0].4, other[1].4) = (second.4, first.4);
            prop_assert_ne!(of(&packets), of(&other));
        }
    }

    #[test]
    fn fates_at_the_same_instant_differ() {
        let (size, at) = (Bytes::new(1500), SimTime::from_ps(7));
        let mut seen = std::collections::BTreeSet::new();
        let mut inside = Fingerprint::default();
        inside.left_inside(3, size, at);
        seen.insert(inside.to_string());
        seen.insert(of(&[(3, 1500, 7, 7, None)]).to_string());
        for cause in 0..DropCause::COUNT as u8 {
            seen.insert(of(&[(3, 1500, 7, 7, Some(cause))]).to_string());
        }
        assert_eq!(seen.len(), DropCause::COUNT + 2);
        assert!(seen.iter().all(|digits| digits.len() == 16), "{seen:?}");
    }
}
