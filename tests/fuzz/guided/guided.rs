//! A target of `tests/fuzz` in the hands of libFuzzer.
//!
//! `ENIBENCH_FUZZ_TARGET` names it. Its valid inputs are written to `ENIBENCH_FUZZ_CORPUS` first,
//! a directory that libFuzzer is also given.

#![no_main]

#[path = "../corpus.rs"]
mod corpus;
#[path = "../targets.rs"]
mod targets;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

use targets::{Scratch, Target};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = variable("ENIBENCH_FUZZ_TARGET");
    Target::named(&name).unwrap_or_else(|| panic!("there is no target {name}"))
});

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| Scratch::new(Path::new(ROOT)));

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn write_seeds() {
    let folder = PathBuf::from(variable("ENIBENCH_FUZZ_CORPUS"));
    std::fs::create_dir_all(&folder).expect("the corpus directory can be made");
    let inputs = corpus::inputs(TARGET.corpus, Path::new(ROOT));
    for (number, input) in inputs.iter().enumerate() {
        let path = folder.join(format!("seed-{number:03}"));
        std::fs::write(path, input).expect("the corpus directory can be written");
    }
}

fuzz_target!(init: write_seeds(), |bytes: &[u8]| TARGET.feed(&SCRATCH, bytes));
