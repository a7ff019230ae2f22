//! Mutated files for everything that reads files: nothing may panic, and refusals name the file.
//!
//! Every input is a committed file, made wrong in a few places. `ENIBENCH_FUZZ_CASES` is the
//! number of inputs per target; input number n of a run with `ENIBENCH_FUZZ_SEED=s` is input 0 of
//! a run with the seed s + n, so a failure is repeated alone:
//!
//! ```text
//! ENIBENCH_FUZZ_SEED=… ENIBENCH_FUZZ_CASES=1 cargo test --test fuzz -- TARGET
//! ```
//!
//! `.ci/fuzz` runs the same targets for as long as one likes, guided by coverage.

mod corpus;
mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use targets::{Scratch, Target};

/// Inputs per target, so that all take some ten seconds.
const CASES: u64 = 400;

const SEED: u64 = 1;

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is {text}, which is no number"))
    })
}

fn fuzz(name: &str) {
    let target = Target::named(name).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = corpus::inputs(target.corpus, root);
    assert!(!seeds.is_empty(), "{name} has no corpus");
    let scratch = Scratch::new(root);
    for seed in &seeds {
        target.feed(&scratch, seed);
    }
    let first = from_environment("ENIBENCH_FUZZ_SEED", SEED);
    for seed in first..first + from_environment("ENIBENCH_FUZZ_CASES", CASES) {
        let input = mutate::mutated(&seeds, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
        let fed = catch_unwind(AssertUnwindSafe(|| target.feed(&scratch, &input)));
        assert!(
            fed.is_ok(),
            "seed {seed}; repeat with ENIBENCH_FUZZ_SEED={seed} ENIBENCH_FUZZ_CASES=1; input:\n{}",
            String::from_utf8_lossy(&input)
        );
    }
}

/// A test per target, so that they run beside each other.
macro_rules! fuzz {
    ($($test:ident: $target:literal,)*) => {
        $(#[test]
        fn $test() {
            fuzz($target);
        })*

        #[test]
        fn every_target_has_a_test() {
            let mut tested = vec![$($target),*];
            let mut known: Vec<&str> = targets::TARGETS.iter().map(|target| target.name).collect();
            tested.sort_unstable();
            known.sort_unstable();
            assert_eq!(tested, known);
        }
    };
}

fuzz! {
    experiment: "experiment",
    overrides: "overrides",
    traffic: "traffic",
    task_definition: "task-definition",
    phrases: "phrases",
    manifest: "manifest.toml",
    summary: "summary.csv",
    tasks: "tasks.csv",
    timeline: "timeline.csv",
    series: "series.csv",
    interval_log: "latency.hlog",
    histogram: "histogram",
}
