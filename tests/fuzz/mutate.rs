//! Valid inputs made wrong: bytes, words and lines replaced, moved, doubled and cut.

use std::ops::Range;

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// What parsers stumble over, in place of a word.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "1",
    "1e308",
    "1e-400",
    "-0.0",
    "nan",
    "inf",
    "NaN",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "0x10",
    "1_000",
    "1.",
    ".5",
    "true",
    "null",
    "none",
    "unlimited",
    "\"\"",
    "''",
    "[]",
    "{}",
    "[[",
    "]]",
    "\"\"\"",
    "#",
    "\\",
    "\\u0000",
    "\\x",
    "\u{feff}",
    "é",
    "\u{202e}",
    "İ",
    "𝔘",
    "%",
    "1 %",
    "1e-30 s",
    "213 days",
    "1 B",
    "1 EB",
    "1 bit/s",
    "1 ps",
];

/// What stands between words, and what is no text.
const BYTES: &[&[u8]] = &[
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\0",
    b"\r\n",
    b"\n",
    b",",
    b",,",
    b"=",
    b"\"",
    b"'",
    b"\t",
    b".",
    b"[",
    b"]",
    b"{",
    b"}",
    b"-",
    b"\xef\xbb\xbf",
];

/// An input made from `seeds`, of which there is at least one.
pub fn mutated(seeds: &[Vec<u8>], random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let mut input = pick(seeds, random).clone();
    // One change leaves most of the input to be read; many reach places that one cannot.
    for _ in 0..random.random_range(1..=6) {
        change(&mut input, seeds, random);
    }
    input
}

fn pick<'a, T>(of: &'a [T], random: &mut Xoshiro256PlusPlus) -> &'a T {
    of.choose(random)
        .expect("there is something to choose from")
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Xoshiro256PlusPlus) {
    if input.is_empty() {
        input.clone_from(pick(seeds, random));
    }
    match random.random_range(0..12) {
        0 => {
            let at = random.random_range(0..input.len());
            input[at] ^= 1 << random.random_range(0..8);
        }
        1 => {
            let at = random.random_range(0..input.len());
            input[at] = random.random();
        }
        2 => input.truncate(random.random_range(0..input.len())),
        3 => insert(input, pick::<&[u8]>(BYTES, random), random),
        4 => insert(input, pick(WORDS, random).as_bytes(), random),
        5 | 6 => {
            let word = word(input, random);
            input.splice(word, pick(WORDS, random).bytes());
        }
        7 => {
            // A word of this kind of input stands where another belongs.
            let other = pick(seeds, random);
            let taken = other[word(other, random)].to_vec();
            let word = word(input, random);
            input.splice(word, taken);
        }
        8 => {
            let line = line(input, random);
            input.drain(line);
        }
        9 => {
            let taken = input[line(input, random)].to_vec();
            let at = line(input, random).start;
            for _ in 0..random.random_range(1..4) {
                input.splice(at..at, taken.iter().copied());
            }
        }
        10 => {
            let other = pick(seeds, random);
            let taken = other[line(other, random)].to_vec();
            let line = line(input, random);
            input.splice(line, taken);
        }
        _ => {
            // Deeper than any parser should follow by recursion.
            let nested = pick(b"[{(!", random);
            let times = random.random_range(1..3_000);
            insert(input, &vec![*nested; times], random);
        }
    }
}

fn insert(input: &mut Vec<u8>, bytes: &[u8], random: &mut Xoshiro256PlusPlus) {
    let at = random.random_range(0..=input.len());
    input.splice(at..at, bytes.iter().copied());
}

/// The word at a random place: letters, digits and what numbers and names hold.
fn word(input: &[u8], random: &mut Xoshiro256PlusPlus) -> Range<usize> {
    around(input, random, |byte| {
        !byte.is_ascii_alphanumeric() && !b"._-".contains(byte)
    })
}

/// The line at a random place, its end included.
fn line(input: &[u8], random: &mut Xoshiro256PlusPlus) -> Range<usize> {
    let line = around(input, random, |byte| *byte == b'\n');
    line.start..input.len().min(line.end + 1)
}

/// What stands between two bytes that end it.
fn around(
    input: &[u8],
    random: &mut Xoshiro256PlusPlus,
    ends: impl Fn(&u8) -> bool,
) -> Range<usize> {
    if input.is_empty() {
        return 0..0;
    }
    let at = random.random_range(0..input.len());
    let start = input[..at]
        .iter()
        .rposition(&ends)
        .map_or(0, |before| before + 1);
    let end = input[at..]
        .iter()
        .position(&ends)
        .map_or(input.len(), |n| at + n);
    start..end
}
