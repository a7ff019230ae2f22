//! Fluid of on-off sources into a link: bursts without packets.
//!
//! A source is on for an exponential time of mean 1 and sends at rate 1 meanwhile, then off for an
//! exponential time. The link drains at a rate `capacity` of so many sources. Queued fluid is in
//! units of a mean burst. Packets come on top: a simulation of them lies slightly above.

/// Steady state of the queue of an Anick–Mitra–Sondhi fluid.
///
/// P(Q > x) = Σ_k c_k e^{z_kx} over the negative eigenvalues z_k. All c_k are positive, so the sum
/// keeps nearly all digits of a double for hundreds of sources.
///
/// # Source
/// Anick, Mitra and Sondhi, "Stochastic theory of a data-handling system with multiple sources",
/// *Bell System Technical Journal* 61 (1982): quadratics of the eigenvalues, generating functions
/// of the eigenvectors, and coefficients in closed form.
#[derive(Clone, Debug)]
pub struct OnOffFluid {
    /// Eigenvalue and coefficient.
    terms: Vec<(f64, f64)>,
}

/// Most sources: digits were compared up to 100, and up to here bounds and the slowest decay hold.
const SOURCES_MAX: u32 = 400;

impl OnOffFluid {
    /// `sources` sources that go from off to on at rate `on_rate`, into a link of `capacity`.
    ///
    /// # Panics
    /// Unless there are 1 to 400 sources, `on_rate` is positive, the load is below 1 and the
    /// capacity below that of all sources together and no whole number: at one the number of
    /// negative eigenvalues changes.
    pub fn new(sources: u32, on_rate: f64, capacity: f64) -> Self {
        let count = f64::from(sources);
        assert!(
            (1..=SOURCES_MAX).contains(&sources),
            "{sources} sources are not within 1 to {SOURCES_MAX}"
        );
        assert!(on_rate > 0.0, "sources that never send: {on_rate}");
        let rho = count * on_rate / (1.0 + on_rate) / capacity;
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(
            capacity < count && capacity.fract() > 0.0,
            "capacity {capacity} is whole, or never exceeded by {sources} sources"
        );
        let eigenvalues = negative_eigenvalues(sources, on_rate, capacity);
        let coefficient = |k: usize| {
            let z = eigenvalues[k];
            let mut log = log_eigenvector_sum(count, on_rate, capacity, z);
            for (i, other) in eigenvalues.iter().enumerate() {
                if i != k {
                    log += (other / (other - z)).abs().ln();
                }
            }
            (z, log.exp())
        };
        OnOffFluid {
            terms: (0..eigenvalues.len()).map(coefficient).collect(),
        }
    }

    /// P(Q > x), for x ≥ 0.
    pub fn queue_tail(&self, x: f64) -> f64 {
        self.terms.iter().map(|(z, c)| c * (z * x).exp()).sum()
    }

    /// E\[Q\].
    pub fn mean_queue(&self) -> f64 {
        self.terms.iter().map(|(z, c)| -c / z).sum()
    }

    /// Rate at which the tail of the queue falls in the end.
    pub fn decay(&self) -> f64 {
        let decays = self.terms.iter().map(|(z, _)| -z);
        decays.fold(f64::INFINITY, f64::min)
    }
}

/// The roots below 0 of Az² + Bz + Γ = 0, over k = 0..=⌊N/2⌋, with m = N/2 − k:
/// A = m² − (N/2 − c)², B = 2(1 − λ)m² − N(1 + λ)(N/2 − c), Γ = −(1 + λ)²((N/2)² − m²).
fn negative_eigenvalues(sources: u32, on_rate: f64, capacity: f64) -> Vec<f64> {
    let count = f64::from(sources);
    let half = count / 2.0;
    let mut found = Vec::new();
    for k in 0..=sources / 2 {
        let middle = (half - f64::from(k)).powi(2);
        let a = middle - (half - capacity).powi(2);
        let b = 2.0 * (1.0 - on_rate) * middle - count * (1.0 + on_rate) * (half - capacity);
        let c = -(1.0 + on_rate).powi(2) * (half * half - middle);
        if k == 0 {
            // One of the two is 0.
            found.push(-b / a);
        } else if 2 * k == sources {
            // A perfect square.
            found.push(-b / (2.0 * a));
        } else {
            let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
            // The sum without cancellation; a = 0 leaves one finite root.
            let q = -(b + root.copysign(b)) / 2.0;
            found.extend([q / a, c / q]);
        }
    }
    found.retain(|z| *z < 0.0 && z.is_finite());
    let overloaded = (count - capacity.floor()) as usize;
    assert_eq!(
        found.len(),
        overloaded,
        "an eigenvalue for each state above {capacity}"
    );
    found
}

/// Logarithm of |Σ_i φ_i|·(λ/(1 + λ))^N, for the eigenvector of `z` that ends in φ_N = 1.
///
/// Its generating function is (x − r_1)^k(x − r_2)^{N−k}, taken at x = 1, with r the roots of
/// λx² + (z + 1 − λ)x − 1 and a whole k that partial fractions give.
fn log_eigenvector_sum(count: f64, on_rate: f64, capacity: f64, z: f64) -> f64 {
    let b = z + 1.0 - on_rate;
    let root = (b * b + 4.0 * on_rate).sqrt();
    let q = -(b + root.copysign(b)) / 2.0;
    let (one, other) = (q / on_rate, -1.0 / q);
    let (high, low) = (one.max(other), one.min(other));
    let residue = z * capacity - count * on_rate + count * on_rate * high;
    let k = (residue / (on_rate * (high - low))).round();
    k * (high - 1.0).abs().ln()
        + (count - k) * (1.0 - low).ln()
        + count * (on_rate / (1.0 + on_rate)).ln()
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// Oracle: the linear system of the coefficients at 260 digits; for N = 10 also 3·10⁶ bursts
    /// of an exact fluid simulation.
    #[test]
    fn tails_and_means() {
        type Row = (u32, f64, f64, [f64; 6], f64);
        let rows: [Row; 11] = [
            (
                1,
                0.25,
                0.25,
                [
                    0.8,
                    0.5732250485,
                    0.4107336952,
                    0.1511004823,
                    0.02853919468,
                    0.001018107041,
                ],
                2.4,
            ),
            (
                2,
                0.25,
                0.5,
                [
                    0.8,
                    0.5341821985,
                    0.3795534385,
                    0.1394775976,
                    0.02634387201,
                    0.0009397911148,
                ],
                2.24,
            ),
            (
                5,
                0.25,
                1.25,
                [
                    0.6953407662,
                    0.4473853966,
                    0.3144022045,
                    0.1145631297,
                    0.02162392961,
                    0.0007714049514,
                ],
                1.86465923378,
            ),
            (
                10,
                0.25,
                2.5,
                [
                    0.6382432054,
                    0.3738530072,
                    0.2586414834,
                    0.0928167878,
                    0.01746127974,
                    0.0006227653669,
                ],
                1.54505314929,
            ),
            (
                10,
                0.25,
                3.5,
                [
                    0.2206962891,
                    0.04863252258,
                    0.018298999,
                    0.00133742187,
                    2.084439743e-5,
                    5.459168955e-9,
                ],
                0.149400380278,
            ),
            (
                10,
                0.25,
                20.0 / 9.0,
                [
                    0.8100975046,
                    0.6423403656,
                    0.5398985406,
                    0.330718222,
                    0.1479336108,
                    0.02965369797,
                ],
                4.63673102799,
            ),
            (
                10,
                0.4,
                25.0 / 7.0,
                [
                    0.5742513355,
                    0.284928518,
                    0.1770238693,
                    0.04670343791,
                    0.005274452425,
                    6.769146782e-5,
                ],
                1.01072673468,
            ),
            (
                10,
                0.4,
                4.5,
                [
                    0.2297827323,
                    0.04654723021,
                    0.01622888151,
                    0.0009093885532,
                    8.58999718e-6,
                    7.902223622e-10,
                ],
                0.1430018101,
            ),
            (
                20,
                0.25,
                5.1,
                [
                    0.4689763783,
                    0.2501070378,
                    0.16307909,
                    0.05175865033,
                    0.008321790228,
                    0.0002224515596,
                ],
                0.963998673802,
            ),
            (
                40,
                0.25,
                10.1,
                [
                    0.3572363918,
                    0.1747749254,
                    0.1117522573,
                    0.03516276393,
                    0.005886297556,
                    0.0001791165753,
                ],
                0.672470378088,
            ),
            (
                100,
                0.25,
                25.1,
                [
                    0.1813133579,
                    0.07361587141,
                    0.04417153794,
                    0.01261522847,
                    0.002000862731,
                    6.197179822e-5,
                ],
                0.272530565933,
            ),
        ];
        for (sources, on_rate, capacity, tails, mean) in rows {
            let fluid = OnOffFluid::new(sources, on_rate, capacity);
            for (x, tail) in [0.0, 1.0, 2.0, 5.0, 10.0, 20.0].into_iter().zip(tails) {
                assert_close(fluid.queue_tail(x), tail, 1e-9);
            }
            assert_close(fluid.mean_queue(), mean, 1e-10);
        }
    }

    /// Oracle: one source, P(Q > x) = (p/c)e^{−(1/(1−c) − λ/c)x} with p = λ/(1 + λ), and the
    /// dominant eigenvalue −(1 + λ)(1 − ρ)/(1 − c/N).
    #[test]
    fn one_source_and_the_slowest_decay() {
        let fluid = OnOffFluid::new(1, 0.5, 0.6);
        let (p, rate) = (0.5 / 1.5, 1.0 / 0.4 - 0.5 / 0.6);
        for x in [0.0_f64, 0.7, 3.0] {
            assert_close(fluid.queue_tail(x), p / 0.6 * (-rate * x).exp(), 1e-13);
        }
        let rho = 400.0 * 0.2 / 100.1;
        let decay = 1.25 * (1.0 - rho) / (1.0 - 100.1 / 400.0);
        assert_close(OnOffFluid::new(400, 0.25, 100.1).decay(), decay, 1e-11);
    }

    /// Oracle: while more sources are on than the link carries, which is binomial, there is a
    /// queue; and the same per source, a queue is rarer with more of them.
    #[test]
    fn most_sources_keep_between_their_bounds() {
        let (count, on) = (f64::from(SOURCES_MAX), 0.2_f64);
        let mut state = (1.0 - on).powf(count);
        let mut overload = 0.0;
        for i in 0..=SOURCES_MAX {
            if f64::from(i) > 100.1 {
                overload += state;
            }
            let i = f64::from(i);
            state *= (count - i) / (i + 1.0) * on / (1.0 - on);
        }
        let queued = OnOffFluid::new(SOURCES_MAX, 0.25, 100.1).queue_tail(0.0);
        let fewer = OnOffFluid::new(SOURCES_MAX / 4, 0.25, 100.1 / 4.0).queue_tail(0.0);
        assert!(
            overload < queued && queued < fewer,
            "{overload} {queued} {fewer}"
        );
    }

    #[test]
    #[should_panic(expected = "capacity 2 is whole")]
    fn a_whole_capacity_is_refused() {
        OnOffFluid::new(5, 0.25, 2.0);
    }

    #[test]
    #[should_panic(expected = "401 sources")]
    fn too_many_sources_are_refused() {
        OnOffFluid::new(401, 0.25, 100.1);
    }
}
