//! Instances and ports as ranges, so that many of them fit a line.

use crate::ecs::placement::ContainerInstance;

/// Ranges of instances that are named one by one.
const RANGES_NAMED_MAX: usize = 3;

/// `i-0 to i-4, i-7`; of many ranges, the first instance and how many others.
pub fn names(instances: &[&ContainerInstance]) -> String {
    let ranges = ranges(instances.iter().map(|instance| instance.number));
    if ranges.len() > RANGES_NAMED_MAX {
        return format!("i-{} and {} others", ranges[0].0, instances.len() - 1);
    }
    let text = |(first, last): &(u32, u32)| match first == last {
        true => format!("i-{first}"),
        false => format!("i-{first} to i-{last}"),
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Ports as ranges: `80, 8100-8109`.
pub fn ports(numbers: impl IntoIterator<Item = u16>) -> String {
    let text = |(first, last): (u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let ranges = ranges(numbers.into_iter().map(u32::from)).into_iter();
    ranges.map(text).collect::<Vec<_>>().join(", ")
}

/// First and last of every run of ascending numbers.
fn ranges(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_in_a_row_are_a_range() {
        assert_eq!(ports([0, 1, 2, 5, 7, 8, 65_535]), "0-2, 5, 7-8, 65535");
        assert_eq!(ports([]), "");
    }
}
