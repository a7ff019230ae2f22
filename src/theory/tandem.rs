//! Stations in series: Jackson networks, and where packet networks differ from them.
//!
//! With Poisson arrivals and exponential service times drawn anew at every station, stations are
//! independent M/M/1 queues (Burke 1956, Jackson 1957), and so are a packet's sojourns at
//! successive ones (Reich 1957). A packet that keeps its length is another matter: with equal
//! packets, the waits in both stations together are the wait in the slower one alone (Friedman,
//! *Operations Research* 13, 1965), so a second station that is as fast or faster never queues.

use super::numeric::{erlang_mixture_tail, quantile, two_stage_tail};

/// M/M/1 stations of equal rate in series; times in mean service times of a station.
#[derive(Clone, Copy, Debug)]
pub struct EqualStations {
    stations: usize,
    rho: f64,
}

impl EqualStations {
    /// So many stations, each at offered load `rho`.
    ///
    /// # Panics
    /// Unless `rho` is in (0, 1) and there is a station.
    pub fn new(stations: usize, rho: f64) -> Self {
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        assert!(stations > 0, "no station");
        EqualStations { stations, rho }
    }

    /// Mean sojourn in all stations together, K/(1 − ρ).
    pub fn mean_sojourn(&self) -> f64 {
        self.stations as f64 / (1.0 - self.rho)
    }

    /// P(T > t) of the sojourn in all stations together, which is Erlang(K, 1 − ρ), for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        let stages = std::iter::repeat_n(1.0, self.stations);
        erlang_mixture_tail(stages, (1.0 - self.rho) * t)
    }

    /// The sojourn that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.sojourn_tail(t))
    }
}

/// Two M/M/1 stations in series, in any unit of time.
#[derive(Clone, Copy, Debug)]
pub struct TwoStations {
    /// μ − λ of each station: rate of its exponential sojourn.
    rates: [f64; 2],
}

impl TwoStations {
    /// Stations that serve at these rates packets that arrive at rate `arrivals`.
    ///
    /// # Panics
    /// Unless arrivals are positive and slower than both stations.
    pub fn new(arrivals: f64, service_rates: [f64; 2]) -> Self {
        let stable = service_rates.iter().all(|rate| *rate > arrivals);
        assert!(
            arrivals > 0.0 && stable,
            "no steady state of {arrivals} at {service_rates:?}"
        );
        TwoStations {
            rates: service_rates.map(|rate| rate - arrivals),
        }
    }

    /// Mean sojourn in both together.
    pub fn mean_sojourn(&self) -> f64 {
        self.rates.iter().map(|rate| 1.0 / rate).sum()
    }

    /// P(T > t) of the sojourn in both together, for t ≥ 0.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        two_stage_tail(self.rates[0], self.rates[1], t)
    }

    /// The sojourn that a fraction `p` of the packets does not exceed.
    ///
    /// # Panics
    /// Unless `p` is in [0, 1).
    pub fn sojourn_quantile(&self, p: f64) -> f64 {
        quantile(p, |t| self.sojourn_tail(t))
    }
}

/// An M/M/1 station that a packet enters again with a fixed probability; times in mean service
/// times.
#[derive(Clone, Copy, Debug)]
pub struct Feedback {
    /// From outside.
    arrivals: f64,
    rho: f64,
}

impl Feedback {
    /// Packets come from outside at rate `arrivals` and again with probability `again`.
    ///
    /// # Panics
    /// Unless the load `arrivals`/(1 − `again`) is in (0, 1) and `again` in [0, 1).
    pub fn new(arrivals: f64, again: f64) -> Self {
        assert!(
            (0.0..1.0).contains(&again),
            "{again} is no probability below 1"
        );
        let rho = arrivals / (1.0 - again);
        assert!(0.0 < rho && rho < 1.0, "no steady state at {rho}");
        Feedback { arrivals, rho }
    }

    /// Load, counting every visit.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// Mean number in the station, ρ/(1 − ρ).
    pub fn mean_in_system(&self) -> f64 {
        self.rho / (1.0 - self.rho)
    }

    /// Mean sojourn over all visits of a packet, by Little's law.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_in_system() / self.arrivals
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mm1::Mm1, testing::assert_close};
    use super::*;

    /// Oracle: Erlang quantiles at 50 digits.
    #[test]
    fn equal_stations() {
        for (stations, rho, p50, p99) in [
            (2, 0.5, 3.35669398003, 13.276704136),
            (2, 0.8, 8.39173495008, 33.19176034),
            (2, 0.9, 16.7834699002, 66.3835206799),
            (3, 0.8, 13.3703015686, 42.0297345744),
        ] {
            let tandem = EqualStations::new(stations, rho);
            assert_close(tandem.sojourn_quantile(0.5), p50, 1e-11);
            assert_close(tandem.sojourn_quantile(0.99), p99, 1e-11);
        }
        assert_close(EqualStations::new(3, 0.8).mean_sojourn(), 15.0, 1e-14);
    }

    /// Oracle: one station is M/M/1, and two equal ones are the same in both types.
    #[test]
    fn the_types_agree_where_they_meet() {
        let one = EqualStations::new(1, 0.8).sojourn_quantile(0.99);
        assert_close(one, Mm1::new(0.8).sojourn_quantile(0.99), 1e-13);
        let two = TwoStations::new(0.8, [1.0, 1.0]).sojourn_quantile(0.99);
        assert_close(
            two,
            EqualStations::new(2, 0.8).sojourn_quantile(0.99),
            1e-12,
        );
    }

    /// Oracle: the same at 50 digits.
    #[test]
    fn two_unequal_stations() {
        let tandem = TwoStations::new(0.6, [1.0, 0.9]);
        assert_close(tandem.mean_sojourn(), 5.83333333333, 1e-11);
        assert_close(tandem.sojourn_quantile(0.99), 19.5993524364, 1e-11);
        let swapped = TwoStations::new(0.6, [0.9, 1.0]);
        assert_close(swapped.sojourn_quantile(0.99), 19.5993524364, 1e-11);
    }

    /// Oracle: by hand.
    #[test]
    fn a_station_with_feedback() {
        let station = Feedback::new(0.5, 0.25);
        assert_close(station.rho(), 2.0 / 3.0, 1e-15);
        assert_close(station.mean_in_system(), 2.0, 1e-14);
        assert_close(station.mean_sojourn(), 4.0, 1e-14);
    }

    #[test]
    #[should_panic(expected = "no steady state")]
    fn a_station_that_is_too_slow_is_refused() {
        TwoStations::new(0.6, [1.0, 0.6]);
    }
}
