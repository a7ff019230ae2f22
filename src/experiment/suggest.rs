//! "Did you mean …": the nearest of the names that would have been right.

/// The candidate that `wrong` most likely stands for, if one is near enough.
///
/// Near means at most a third of the letters mistyped, or one a beginning of the other; anything
/// farther would be a guess that sends the reader the wrong way.
pub(super) fn nearest<'c>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wrong = plain(wrong);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wrong, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(wrong.len()).div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(wrong: &str, right: &str) -> usize {
    let beginning = wrong.len() >= 3 && right.starts_with(wrong)
        || right.len() >= 3 && wrong.starts_with(right);
    if beginning {
        return usize::from(wrong != right);
    }
    strsim::damerau_levenshtein(wrong, right)
}

/// `did you mean "NAME"?` and all names, or all names alone.
pub(super) fn did_you_mean(wrong: &str, names: &[&str]) -> String {
    if let [only] = names {
        return format!("write \"{only}\"");
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let all = quoted.join(", ");
    match nearest(wrong, names.iter().copied()) {
        Some(name) => format!("did you mean \"{name}\"? (one of {all})"),
        None => format!("write one of {all}"),
    }
}

/// `did you mean `KEY`?` and all keys, or all keys alone.
pub(super) fn did_you_mean_key(wrong: &str, keys: &[&str]) -> String {
    let all = keys.join(", ");
    match nearest(wrong, keys.iter().copied()) {
        Some(key) => format!("did you mean `{key}`? (keys here: {all})"),
        None => format!("keys here: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let modes = ["bridge", "host", "awsvpc"];
        assert_eq!(nearest("brdige", modes), Some("bridge"));
        assert_eq!(nearest("AWSVPC", modes), Some("awsvpc"));
        assert_eq!(nearest("aws", modes), Some("awsvpc"));
        assert_eq!(nearest("overlay", modes), None);
        assert_eq!(
            nearest("round_robin", ["round-robin", "drr"]),
            Some("round-robin")
        );
    }
}
