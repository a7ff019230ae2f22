//! Experiments that tests run.

/// Two modes, two groups, two replications: 4 trials of some hundred packets, 3 tasks each. The
/// short queue drops, so every column has something in it.
pub const SMALL: &str = r#"question = "Does it work?"
expectation = "It does."
seed = 7
replications = 2
warm-up = "1 ms"
measure = "50 ms"

[instance]
egress = "200 Mbit/s"
enis = 8
host-stack = { cores = 1, per-packet = "2 us" }

[network]
mode = "bridge"
eni-queue = { capacity = "10 packets", discipline = "fifo" }
propagation = "50 us"

[[task]]
name = "api"
count = 2
traffic = { arrivals = "poisson", rate = "20000 packets/s", packet-size = "512 B" }

[[task]]
name = "bulk"
[task.traffic]
arrivals = "on-off"
rate = "50 Mbit/s"
peak = "1 Gbit/s"
on = "200 us"
packet-size = "1500 B"

[sweep]
"network.mode" = ["bridge", "awsvpc"]
"#;

/// Trials that take some ten milliseconds each, enough of them to be interrupted in between.
pub const LONG: &str = r#"question = "Does it survive?"
replications = 40
measure = "1 s"

[instance]
egress = "1 Gbit/s"
host-stack = "none"

[network]
mode = "bridge"
propagation = "0 s"
eni-queue = { capacity = "1000 packets", discipline = "fifo" }

[[task]]
name = "a"
traffic = { arrivals = "poisson", rate = "200000 packets/s", packet-size = "512 B" }
"#;
