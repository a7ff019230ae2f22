//! The largest number that keeps a promise: the limit if that keeps it, else found by doubling and
//! halving.

use std::collections::BTreeMap;

/// Probes beyond the answer, on each side, that look for a number about which there is no doubt.
const WIDENINGS_MAX: u32 = 4;

/// What a probe says of a number of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The promise is kept, to 95 %.
    Kept,
    /// Its estimate is kept, but the interval is not.
    LeansKept,
    /// Its estimate is broken, but the interval is not.
    LeansBroken,
    /// The promise is broken, to 95 %.
    Broken,
}

impl Verdict {
    /// What the estimate says.
    pub fn leans_kept(self) -> bool {
        self <= Verdict::LeansKept
    }

    /// As written in output.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Kept => "kept",
            Verdict::LeansKept => "leans kept",
            Verdict::LeansBroken => "leans broken",
            Verdict::Broken => "broken",
        }
    }
}

/// Where a promise breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// The largest number whose estimate keeps the promise; 0 if not even one task keeps it.
    pub answer: u32,
    /// The largest number found to keep it beyond doubt; 0 if there is none.
    pub kept: u32,
    /// The smallest number found to break it beyond doubt; `None` if nothing up to the limit is.
    pub broken: Option<u32>,
}

impl Bracket {
    /// Whether nothing lies between what is known to keep the promise and what breaks it, or what
    /// does not fit.
    pub fn is_sure(&self, limit: u32) -> bool {
        let next = self.broken.unwrap_or(limit.saturating_add(1));
        self.kept == self.answer && self.answer.checked_add(1) == Some(next)
    }
}

/// Finds where the promise breaks among 1 to `limit`, asking `probe` about each number at most
/// once, some 2·log₂ of the answer times.
///
/// # Errors
/// Those of `probe`.
pub fn search<E>(limit: u32, probe: impl FnMut(u32) -> Result<Verdict, E>) -> Result<Bracket, E> {
    let mut asked = Asked {
        probe,
        verdicts: BTreeMap::new(),
    };
    let (mut low, mut high) = (0, None);
    // What fits is most often little, and then all of it keeps the promise.
    if limit > 0 && asked.ask(limit)?.leans_kept() {
        low = limit;
    } else if limit > 0 {
        high = Some(limit);
        let mut next = 1;
        while next < limit && asked.ask(next)?.leans_kept() {
            low = next;
            next = next.saturating_mul(2);
        }
        high = high.min(Some(next.min(limit)));
    }
    while let Some(top) = high.filter(|top| top - low > 1) {
        let middle = low + (top - low) / 2;
        match asked.ask(middle)?.leans_kept() {
            true => low = middle,
            false => high = Some(middle),
        }
    }
    asked.widen(low, high, limit)?;
    let verdicts = &asked.verdicts;
    let is = |wanted: Verdict| move |(_, verdict): &(&u32, &Verdict)| **verdict == wanted;
    // A sure verdict on the wrong side would contradict that more tasks never do better.
    let kept = verdicts.range(..=low).rfind(is(Verdict::Kept));
    let broken = verdicts.range(low + 1..).find(is(Verdict::Broken));
    Ok(Bracket {
        answer: low,
        kept: kept.map_or(0, |(number, _)| *number),
        broken: broken.map(|(number, _)| *number),
    })
}

struct Asked<P> {
    probe: P,
    verdicts: BTreeMap<u32, Verdict>,
}

impl<E, P: FnMut(u32) -> Result<Verdict, E>> Asked<P> {
    fn ask(&mut self, number: u32) -> Result<Verdict, E> {
        if let Some(known) = self.verdicts.get(&number) {
            return Ok(*known);
        }
        let verdict = (self.probe)(number)?;
        self.verdicts.insert(number, verdict);
        Ok(verdict)
    }

    /// Looks below `low` for a number that is kept beyond doubt, and above `high` for one that is
    /// broken, in steps that double, but never past a number that is known to be.
    fn widen(&mut self, low: u32, high: Option<u32>, limit: u32) -> Result<(), E> {
        let known = |asked: &Self, wanted, range: std::ops::Range<u32>| {
            let mut found = asked.verdicts.range(range).filter(|(_, v)| **v == wanted);
            found.next().is_some()
        };
        let mut number = low;
        for step in 0..WIDENINGS_MAX {
            if number == 0 || known(self, Verdict::Kept, number..low + 1) {
                break;
            }
            number = number.saturating_sub(1 << step);
            if number > 0 {
                self.ask(number)?;
            }
        }
        let Some(high) = high else {
            return Ok(());
        };
        let mut number = high;
        for step in 0..WIDENINGS_MAX {
            if number >= limit || known(self, Verdict::Broken, high..number + 1) {
                break;
            }
            number = number.saturating_add(1 << step).min(limit);
            self.ask(number)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Searches where numbers up to `edge` are kept and those within `doubt` of it are in doubt.
    fn searched(limit: u32, edge: u32, doubt: u32) -> (Bracket, Vec<u32>) {
        let mut asked = Vec::new();
        let bracket = search(limit, |number| {
            asked.push(number);
            let sure = number + doubt <= edge || number > edge + doubt;
            Ok::<_, ()>(match (number <= edge, sure) {
                (true, true) => Verdict::Kept,
                (true, false) => Verdict::LeansKept,
                (false, false) => Verdict::LeansBroken,
                (false, true) => Verdict::Broken,
            })
        });
        (bracket.unwrap(), asked)
    }

    #[test]
    fn a_clear_edge_is_found_exactly() {
        let (bracket, asked) = searched(1000, 37, 0);
        let expected = Bracket {
            answer: 37,
            kept: 37,
            broken: Some(38),
        };
        assert_eq!(bracket, expected);
        assert!(bracket.is_sure(1000));
        assert_eq!(asked[..8], [1000, 1, 2, 4, 8, 16, 32, 64]);
    }

    #[test]
    fn the_limit_may_be_the_answer() {
        let (bracket, asked) = searched(6, 100, 0);
        assert_eq!((bracket.answer, bracket.broken), (6, None));
        assert!(bracket.is_sure(6));
        assert_eq!(asked, [6]);
        assert_eq!(
            searched(0, 100, 0),
            (
                Bracket {
                    answer: 0,
                    kept: 0,
                    broken: None
                },
                vec![]
            )
        );
    }

    #[test]
    fn not_even_one_task_may_keep_it() {
        let (bracket, asked) = searched(6, 0, 0);
        assert_eq!((bracket.answer, bracket.broken), (0, Some(1)));
        assert!(bracket.is_sure(6));
        assert_eq!(asked, [6, 1]);
    }

    /// Doubt within 2 of 20: 18 is kept and 23 broken beyond doubt.
    #[test]
    fn doubt_widens_the_bracket() {
        let (bracket, _) = searched(1000, 20, 2);
        assert_eq!(bracket.answer, 20);
        assert!(!bracket.is_sure(1000));
        assert!((12..=18).contains(&bracket.kept), "{bracket:?}");
        assert!((23..=30).contains(&bracket.broken.unwrap()), "{bracket:?}");
    }

    #[test]
    fn an_error_ends_the_search() {
        assert_eq!(search(9, Err::<Verdict, u32>), Err(9));
    }

    proptest! {
        /// Whatever the edge and the doubt: the answer is the edge, the bracket is true, no number
        /// is asked twice or outside of the limits, and few are.
        #[test]
        fn the_edge_is_bracketed(limit in 0..5000_u32, edge in 0..6000_u32, doubt in 0..40_u32) {
            let (bracket, mut asked) = searched(limit, edge, doubt);
            prop_assert_eq!(bracket.answer, edge.min(limit));
            prop_assert!(bracket.kept == 0 || bracket.kept + doubt <= edge);
            prop_assert!(bracket.broken.is_none_or(|broken| broken > edge + doubt));
            let number = asked.len();
            prop_assert!(number <= 1 + 2 * 13 + 2 * WIDENINGS_MAX as usize);
            prop_assert!(asked.iter().all(|n| (1..=limit).contains(n)));
            asked.sort_unstable();
            asked.dedup();
            prop_assert_eq!(asked.len(), number);
            if doubt == 0 {
                prop_assert!(bracket.is_sure(limit));
            }
        }
    }
}
