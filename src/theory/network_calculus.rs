//! Network calculus: ceilings on delay and backlog that no run may exceed.
//!
//! Sizes and rates in any units that fit: bytes and bytes per second give seconds.
//!
//! # Source
//! Cruz, "A calculus for network delay", *IEEE Transactions on Information Theory* 37 (1991); Le
//! Boudec and Thiran, *Network Calculus* (2001), chapter 1.

/// Traffic that sends at most `burst` + `rate`·t in any interval of length t.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    /// σ: what may come at once.
    pub burst: f64,
    /// ρ: sustained rate.
    pub rate: f64,
}

/// Traffic that sends at most min(M + pt, σ + rt) in any interval of length t.
#[derive(Clone, Copy, Debug)]
pub struct TSpec {
    /// M: longest packet.
    pub packet: f64,
    /// p: peak rate.
    pub peak: f64,
    /// The bucket behind, (σ, r).
    pub bucket: TokenBucket,
}

/// A server that, once there is work, has served at least `rate`·(t − `latency`) after t.
#[derive(Clone, Copy, Debug)]
pub struct RateLatency {
    /// R.
    pub rate: f64,
    /// T.
    pub latency: f64,
}

impl RateLatency {
    /// A link that serves one class first, but finishes a packet of another that it has begun: of
    /// at most `longest`.
    pub fn behind_a_packet(self, longest: f64) -> Self {
        RateLatency {
            latency: self.latency + longest / self.rate,
            ..self
        }
    }

    /// A server whose output counts when a packet of at most `longest` is whole.
    pub fn packetized(self, longest: f64) -> Self {
        // The same shift of the service curve, for another reason.
        self.behind_a_packet(longest)
    }

    /// Most delay of such traffic, T + σ/R.
    ///
    /// # Panics
    /// Where the traffic's rate exceeds the server's.
    pub fn delay(&self, traffic: TokenBucket) -> f64 {
        self.assert_stable(traffic);
        self.latency + traffic.burst / self.rate
    }

    /// Most backlog of such traffic, σ + ρT.
    ///
    /// # Panics
    /// Where the traffic's rate exceeds the server's.
    pub fn backlog(&self, traffic: TokenBucket) -> f64 {
        self.assert_stable(traffic);
        traffic.burst + traffic.rate * self.latency
    }

    /// What such traffic is behind the server: its burst has grown to σ + ρT.
    ///
    /// # Panics
    /// Where the traffic's rate exceeds the server's.
    pub fn output(&self, traffic: TokenBucket) -> TokenBucket {
        TokenBucket {
            burst: self.backlog(traffic),
            ..traffic
        }
    }

    /// Most delay of traffic with a peak rate above the server's,
    /// T + (M + (σ − M)(p − R)/(p − r))/R.
    ///
    /// # Panics
    /// Unless p > R ≥ r and σ ≥ M.
    pub fn delay_of_peaks(&self, traffic: TSpec) -> f64 {
        let TSpec {
            packet,
            peak,
            bucket,
        } = traffic;
        self.assert_stable(bucket);
        assert!(
            peak > self.rate && bucket.burst >= packet,
            "a peak below the server's rate {}, or a packet above the burst: {traffic:?}",
            self.rate
        );
        let during_peak = (peak - self.rate) / (peak - bucket.rate);
        self.latency + (packet + (bucket.burst - packet) * during_peak) / self.rate
    }

    fn assert_stable(&self, traffic: TokenBucket) {
        assert!(
            traffic.rate <= self.rate,
            "no ceiling: {} arrive at a server of {}",
            traffic.rate,
            self.rate
        );
    }
}

/// What several flows are together: the sums of bursts and rates. Through a FIFO of rate C the
/// delay of each is at most Σσ_i/C.
pub fn aggregate(flows: &[TokenBucket]) -> TokenBucket {
    TokenBucket {
        burst: flows.iter().map(|flow| flow.burst).sum(),
        rate: flows.iter().map(|flow| flow.rate).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_close;
    use super::*;

    /// 1 Gbit/s in bytes per µs.
    const GIGABIT: f64 = 125.0;

    /// Oracle: by hand, 65,536·8/10⁹ s and 10·15,000·8/10⁹ s.
    #[test]
    fn bursts_through_a_link() {
        let link = RateLatency {
            rate: GIGABIT,
            latency: 0.0,
        };
        let bucket = TokenBucket {
            burst: 65_536.0,
            rate: 10.0,
        };
        assert_close(link.delay(bucket), 524.288, 1e-15);
        let tasks = [TokenBucket {
            burst: 15_000.0,
            rate: 12.5,
        }; 10];
        assert_close(link.delay(aggregate(&tasks)), 1200.0, 1e-15);
        assert_close(link.backlog(aggregate(&tasks)), 150_000.0, 1e-15);
    }

    /// Peak 10 Gbit/s, packets of 1500 B, 0.1 Gbit/s sustained, bursts of 64 kB, into 1 Gbit/s
    /// after 10 µs. Oracle: by hand, 10 + (1500 + 62,500·9/9.9)/125.
    #[test]
    fn a_peak_rate_shortens_the_delay() {
        let server = RateLatency {
            rate: GIGABIT,
            latency: 10.0,
        };
        let bucket = TokenBucket {
            burst: 64_000.0,
            rate: GIGABIT / 10.0,
        };
        let traffic = TSpec {
            packet: 1500.0,
            peak: 10.0 * GIGABIT,
            bucket,
        };
        assert_close(server.delay_of_peaks(traffic), 476.545454545, 1e-11);
        assert!(server.delay_of_peaks(traffic) < server.delay(bucket));
    }

    /// Oracle: a burst grows by what arrives during the latency; each packet in the way is one
    /// transmission more.
    #[test]
    fn bursts_grow_and_packets_are_in_the_way() {
        let server = RateLatency {
            rate: 100.0,
            latency: 3.0,
        };
        let traffic = TokenBucket {
            burst: 50.0,
            rate: 20.0,
        };
        assert_eq!(server.output(traffic).burst, 110.0);
        assert_eq!(server.output(traffic).rate, 20.0);
        let behind = server.behind_a_packet(200.0);
        assert_eq!(behind.delay(traffic), 3.0 + 2.0 + 0.5);
        assert_eq!(behind.packetized(100.0).delay(traffic), 6.5);
    }

    #[test]
    #[should_panic(expected = "no ceiling")]
    fn overload_has_no_ceiling() {
        let link = RateLatency {
            rate: 1.0,
            latency: 0.0,
        };
        link.delay(TokenBucket {
            burst: 1.0,
            rate: 2.0,
        });
    }
}
