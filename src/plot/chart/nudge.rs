//! Labels that would overlap are pushed apart, as little as needed and in their order.

/// Places for labels that want to be at `wanted`, at least `gap` apart and within
/// `low..=high`, in the order of `wanted`. They must fit: `(n − 1) · gap ≤ high − low`.
pub(super) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // Clusters of touching labels, each centred on the mean of what its labels want.
    let mut clusters: Vec<(f64, usize)> = Vec::new();
    for index in &order {
        clusters.push((wanted[*index], 1));
        while let [.., above, below] = clusters[..] {
            let half = |count: usize| gap * count as f64 / 2.0;
            let touching = below.0 - half(below.1) < above.0 + half(above.1);
            if !touching {
                break;
            }
            let count = above.1 + below.1;
            let sum = above.0 * above.1 as f64 + below.0 * below.1 as f64;
            clusters.truncate(clusters.len() - 2);
            clusters.push((sum / count as f64, count));
        }
    }
    let ordered = clusters.into_iter().flat_map(|(centre, count)| {
        let first = centre - gap * (count as f64 - 1.0) / 2.0;
        (0..count).map(move |i| first + gap * i as f64)
    });
    let mut ordered: Vec<f64> = ordered.collect();
    keep_within(&mut ordered, gap, low, high);
    let mut places = vec![0.0; wanted.len()];
    for (index, place) in order.into_iter().zip(ordered) {
        places[index] = place;
    }
    places
}

/// Pushes ascending places that stick out at an end back inside.
fn keep_within(places: &mut [f64], gap: f64, low: f64, high: f64) {
    let mut least = low;
    for place in places.iter_mut() {
        *place = place.max(least);
        least = *place + gap;
    }
    let mut most = high;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_order_and_their_distance() {
        let places = spread(&[50.0, 10.0, 52.0, 51.0], 20.0, 0.0, 100.0);
        assert_eq!(places, [31.0, 10.0, 71.0, 51.0]);
    }

    #[test]
    fn labels_stay_inside() {
        let places = spread(&[99.0, 100.0], 20.0, 0.0, 100.0);
        assert_eq!(places, [80.0, 100.0]);
        assert_eq!(spread(&[-5.0, 0.0], 10.0, 0.0, 100.0), [0.0, 10.0]);
        assert!(spread(&[], 10.0, 0.0, 1.0).is_empty());
    }
}
