//! Experiment files for cases: what nearly all of them share.

/// An experiment file. Fields are values as the file has them.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) warm_up: &'a str,
    pub(super) measure: &'a str,
    pub(super) egress: &'a str,
    pub(super) host_stack: &'a str,
    /// More lines of `[instance]`.
    pub(super) instance: &'a str,
    pub(super) mode: &'a str,
    pub(super) capacity: &'a str,
    pub(super) discipline: &'a str,
    /// More lines of `[network]`.
    pub(super) network: &'a str,
    pub(super) tasks: &'a [Task<'a>],
}

/// A group of tasks.
#[derive(Clone)]
pub(super) struct Task<'a> {
    pub(super) name: &'a str,
    pub(super) count: u32,
    pub(super) traffic: String,
    /// More lines of `[[task]]`.
    pub(super) more: &'a str,
}

/// A shared ENI of 1 Gbit/s with an unlimited queue; who fills in the rest says what leaves.
pub(super) const SHARED: File<'static> = File {
    warm_up: "100 ms",
    measure: "10 s",
    egress: GIGABIT,
    host_stack: r#""none""#,
    instance: "",
    mode: "bridge",
    capacity: "unlimited",
    discipline: "fifo",
    network: "",
    tasks: &[],
};

/// A link on which 1250 B take 10 µs.
pub(super) const GIGABIT: &str = r#""1 Gbit/s""#;

/// A link so fast that a packet takes a picosecond: another station is looked at.
pub(super) const FAST: &str = r#""1000000 Gbit/s""#;

impl File<'_> {
    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let File {
            warm_up,
            measure,
            egress,
            host_stack,
            instance,
            mode,
            capacity,
            discipline,
            network,
            tasks,
        } = self;
        let mut text = format!(
            r#"question = "Does theory hold?"
warm-up = "{warm_up}"
measure = "{measure}"
[instance]
egress = {egress}
host-stack = {host_stack}
{instance}
[network]
mode = "{mode}"
eni-queue = {{ capacity = "{capacity}", discipline = "{discipline}" }}
propagation = "0 s"
{network}
"#
        );
        for task in *tasks {
            let Task {
                name,
                count,
                traffic,
                more,
            } = task;
            text += &format!("[[task]]\nname = \"{name}\"\ncount = {count}\n{more}\n");
            text += &format!("traffic = {traffic}\n");
        }
        text
    }
}

/// A group of `count` tasks.
pub(super) fn task(name: &str, count: u32, traffic: String) -> Task<'_> {
    Task {
        name,
        count,
        traffic,
        more: "",
    }
}

/// Packets of 1250 B.
pub(super) const FIXED: &str = r#""1250 B""#;

/// Packets of exponential size with a mean of 1250 B.
pub(super) const EXPONENTIAL: &str = r#"{ distribution = "exponential", mean = "1250 B" }"#;

/// Packets with arrivals of a law, such as `arrivals = "poisson"`, that offer `load` of a gigabit
/// if their mean size is 1250 B: `load` packets in 10 µs.
pub(super) fn traffic(arrivals: &str, load: f64, packet_size: &str) -> String {
    traffic_of(arrivals, load * 1e5, packet_size)
}

/// The same, by the number of packets in a second, of which a file takes six decimals.
pub(super) fn traffic_of(arrivals: &str, packets_per_s: f64, packet_size: &str) -> String {
    format!(
        r#"{{ {arrivals}, rate = "{packets_per_s:.6} packets/s", packet-size = {packet_size} }}"#
    )
}

/// Poisson packets of 1250 B that offer `load` of a gigabit.
pub(super) fn poisson(load: f64) -> String {
    traffic(POISSON, load, FIXED)
}

/// Poisson arrivals.
pub(super) const POISSON: &str = r#"arrivals = "poisson""#;
