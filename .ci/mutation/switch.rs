//! Which mutant is on: the one whose number is in `MUTANT`. With `MUTANT_RECORD`, none, and the
//! numbers of those that are asked for are appended to that file.

use std::fs::File;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const NONE: u32 = u32::MAX - 2;
const RECORD: u32 = u32::MAX - 1;
const UNKNOWN: u32 = u32::MAX;

static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
static RECORDED: [AtomicU32; COUNT] = [const { AtomicU32::new(0) }; COUNT];

#[inline(always)]
pub fn on(number: u32) -> bool {
    let active = ACTIVE.load(Relaxed);
    if active < RECORD { active == number } else { ask(number) }
}

#[cold]
#[inline(never)]
fn ask(number: u32) -> bool {
    static FILE: OnceLock<File> = OnceLock::new();
    if ACTIVE.load(Relaxed) == UNKNOWN {
        let Ok(path) = std::env::var("MUTANT_RECORD") else {
            let active = std::env::var("MUTANT").map_or(NONE, |text| text.parse().unwrap());
            ACTIVE.store(active, Relaxed);
            return active == number;
        };
        FILE.get_or_init(|| File::options().append(true).create(true).open(&path).unwrap());
        ACTIVE.store(RECORD, Relaxed);
    }
    let recorded = &RECORDED[number as usize];
    if recorded.load(Relaxed) == 0 && recorded.swap(1, Relaxed) == 0 {
        let mut file = FILE.get().unwrap();
        file.write_all(format!("{number}\n").as_bytes()).unwrap();
    }
    false
}
