//! The file that `enibench init` writes.

/// A commented experiment file to start from, for an experiment called `name`.
///
/// It is a whole experiment that runs in seconds, not a list of all keys.
pub fn template(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    FILE.replace("{NAME}", &name)
}

const FILE: &str = r#"# {NAME}
#
#   enibench check FILE        every error at once, and what a run would cost
#   enibench run FILE          writes a result directory with tables and plots

question     = "What do bulk senders do to the p99 of small services beside them, by network mode?"
expectation  = "In bridge they share one queue, so p99 grows; with an ENI per task it hardly does."
seed         = 1                # names the random streams: same seed, same packets
replications = 10               # repetitions of every point, for intervals
warm-up      = "50 ms"          # simulated, then discarded
measure      = "500 ms"         # recorded

[instance]
type   = "c5.4xlarge"           # its ENIs, cores and bandwidth; keys beside it override them
credit = "empty"                # "full" as after launch, "empty" as after a long burst
# egress     = "5 Gbit/s"       # a plain link in place of the type's baseline, burst and credit
# enis       = 16               # a what-if: one is the primary, the others are for tasks
# host-stack = "none"           # leave out the kernel's work per packet

[network]
mode        = "bridge"          # bridge | host | awsvpc | none
arbitration = "round-robin"     # among ENIs: round-robin | drr | fifo | partition | dedicated
eni-queue   = { capacity = "1000 packets", discipline = "fifo" }

[[task]]
name    = "api"
count   = 5
traffic = { arrivals = "poisson", rate = "2000 packets/s", packet-size = "512 B" }

[[task]]
name  = "bulk"
count = 1
[task.traffic]
arrivals    = "on-off"          # bursts at `peak`, `on` long on average, `rate` over all time
rate        = "1 Gbit/s"
peak        = "4 Gbit/s"
on          = "2 ms"
packet-size = "1500 B"

[sweep]                         # cross product; a key is a path in this file, tasks by name
"network.mode"    = ["bridge", "awsvpc"]
"task.bulk.count" = [0, 1, 2]
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    #[test]
    fn the_template_is_a_right_experiment() {
        let text = template("first\nline");
        assert!(text.starts_with("# firstline\n"));
        let experiment = Experiment::parse("first.toml", &text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(experiment.points.len(), 6);
        assert_eq!(experiment.warnings, []);
    }
}
