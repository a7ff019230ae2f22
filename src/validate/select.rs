//! Which cases a run is about.

use super::case::{Group, Setup};

/// No case has a word in its name that was asked for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no case of validation matches {filter:?}; write part of a group's name or of a case's id, for \
     example \"md1\"; the groups are {}",
    groups.join(", ")
)]
pub struct NoSuchCase {
    /// What was asked for.
    pub filter: String,
    /// The keys of all groups.
    pub groups: Vec<&'static str>,
}

/// The setups of `groups`, each with its group: the group whose key or name is `filter`; else the
/// groups whose key or name begins with it, and of the others the cases whose id holds it.
///
/// # Errors
/// If there is none.
pub fn select<'a>(
    groups: &'a [Group],
    filter: Option<&str>,
) -> Result<Vec<(&'a Group, Setup)>, NoSuchCase> {
    let word = filter.unwrap_or_default().to_lowercase();
    let names = |group: &Group| [group.key.to_owned(), group.name.to_lowercase()];
    let is_named = |group: &Group| names(group).contains(&word);
    let one = groups.iter().any(is_named);
    let mut selected = Vec::new();
    for group in groups.iter().filter(|group| !one || is_named(group)) {
        let whole = one || names(group).iter().any(|name| name.starts_with(&word));
        for mut setup in (group.setups)() {
            if !whole {
                let ids: Vec<String> = setup.cases.iter().map(|c| c.id(group, &setup)).collect();
                let mut ids = ids.iter();
                setup
                    .cases
                    .retain(|_| ids.next().is_some_and(|id| id.contains(&word)));
            }
            if !setup.cases.is_empty() {
                selected.push((group, setup));
            }
        }
    }
    if selected.is_empty() {
        return Err(NoSuchCase {
            filter: filter.unwrap_or_default().to_owned(),
            groups: groups.iter().map(|group| group.key).collect(),
        });
    }
    Ok(selected)
}
