//! Experiment files for cases: what nearly all of them share.

/// An experiment file. Fields are values as the file has them.
pub(super) struct File<'a> {
    pub(super) warm_up: &'a str,
    pub(super) measure: &'a str,
    /// `[instance]` beside egress and host stack.
    pub(super) instance: &'a str,
    pub(super) egress: &'a str,
    pub(super) host_stack: &'a str,
    /// `[network]` beside mode, queue and propagation.
    pub(super) network: &'a str,
    pub(super) mode: &'a str,
    pub(super) capacity: &'a str,
    /// Name, count and traffic of each group of tasks.
    pub(super) tasks: &'a [(&'a str, u32, String)],
}

/// A shared ENI of 1 Gbit/s with an unlimited queue; who fills in the rest says what leaves.
pub(super) const SHARED: File<'static> = File {
    warm_up: "100 ms",
    measure: "10 s",
    instance: "",
    egress: r#""1 Gbit/s""#,
    host_stack: r#""none""#,
    network: "",
    mode: "bridge",
    capacity: "unlimited",
    tasks: &[],
};

impl File<'_> {
    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let File {
            warm_up,
            measure,
            instance,
            egress,
            host_stack,
            network,
            mode,
            capacity,
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
eni-queue = {{ capacity = "{capacity}", discipline = "fifo" }}
propagation = "0 s"
{network}
"#
        );
        for (name, count, traffic) in *tasks {
            text += &format!("[[task]]\nname = \"{name}\"\ncount = {count}\ntraffic = {traffic}\n");
        }
        text
    }
}

/// Poisson packets that offer `load` of 1 Gbit/s with 1250 B each: a packet for each 10 µs.
pub(super) fn poisson(load: f64) -> String {
    poisson_of(load * 1e5, r#""1250 B""#)
}

/// Poisson packets with sizes of a law.
pub(super) fn poisson_of(packets_per_s: f64, packet_size: &str) -> String {
    format!(
        r#"{{ arrivals = "poisson", rate = "{packets_per_s} packets/s", packet-size = {packet_size} }}"#
    )
}
