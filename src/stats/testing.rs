//! Data that several tests look at.

/// Hours of sleep gained with two drugs by the same ten patients (Student, "The probable error
/// of a mean", Biometrika 1908, after Cushny and Peebles 1905).
pub(super) const SLEEP: [(f64, f64); 10] = [
    (0.7, 1.9),
    (-1.6, 0.8),
    (-0.2, 1.1),
    (-1.2, 0.1),
    (-0.1, -0.1),
    (3.4, 4.4),
    (3.7, 5.5),
    (0.8, 1.6),
    (0.0, 4.6),
    (2.0, 3.4),
];
