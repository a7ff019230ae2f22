//! Reference results of queueing theory, computed without the simulator.
//!
//! Unless a function says otherwise, the unit of time is one mean service time, so that the
//! arrival rate is the offered load ρ; a *wait* excludes the packet's own service and a *sojourn*
//! includes it. Quantiles take p in [0, 1). What has no steady state panics: these are formulas for
//! code and tests, not checks of what a user wrote.
//!
//! The unit tests hold every function against digits that were computed elsewhere, at 160 to 500
//! digits or by a second method, and models against each other where they meet, so a closed form
//! and the simulator cannot share a mistake. [Record 19](crate::design::d0019_positive_terms) tells
//! how digits are kept.
//!
//! | Model | In this project | Exact here | Source |
//! |---|---|---|---|
//! | [`mm1`]: M/M/1 | packets of exponential sizes | distribution of wait, sojourn, number | Kleinrock 1975 |
//! | [`mm1k`]: M/M/1/K | the same with a finite queue | loss, number, distribution of wait and sojourn | Kleinrock 1975 |
//! | [`md1`]: M/D/1 | one FIFO, packets of one size | distribution of wait and number, busy periods, batches | Erlang 1909, Franx 2001, Borel 1942 |
//! | [`md1k`]: M/D/1/K | the same with a finite queue | loss, mean wait | Brun and Garcia 2000 |
//! | [`md1k_wait`]: the wait in M/D/1/K | the same, overload included | distribution of the wait of accepted packets | M/D/1 cut off |
//! | [`mg1`]: M/G/1 | mixed packet sizes | two moments of the wait; its distribution for mixes, bounded Pareto and hyperexponential sizes, error stated | Pollaczek 1930, Khinchine 1932, Beneš 1963 |
//! | [`ndd1`]: N·D/D/1 | tasks that send at a constant rate | distribution of wait, over phases | Eckberg 1979, Roberts and Virtamo 1991 |
//! | [`gim1`]: GI/M/1 | gaps that are not exponential | distribution of wait and sojourn | Kleinrock 1975 |
//! | [`kingman`]: GI/GI/1 | any independent gaps and sizes | an upper bound of the mean wait | Kingman 1962 |
//! | [`mmpp2_m1`]: MMPP(2)/M/1 | bursts that last | number, distribution of wait | Neuts 1981 |
//! | [`priority`]: M/G/1 with classes | strict priority, and any discipline | mean waits; their weighted sum | Cobham 1954, Kleinrock 1965 |
//! | [`drr`]: deficit round robin | fair queues of ENIs | bounds on unfairness and latency | Shreedhar and Varghese 1996, Lenzini et al. 2004 |
//! | [`mmc`]: M/M/c and M/M/c/c | cores that share one line | blocking, waiting, distribution of wait and sojourn | Erlang 1917 |
//! | [`mdc`]: M/D/c | the same for equal packets | mean wait, probability of waiting | Crommelin 1932 |
//! | [`pooling`]: M/D/1 against N of them | shared ENI against a hard 1/N each | quantiles, crossovers, loss of split buffers | scaling of M/D/1 |
//! | [`fluid`]: N on-off sources | bursty tasks on one link | distribution and mean of the queue | Anick, Mitra and Sondhi 1982 |
//! | [`tandem`]: stations in series | host stack, then link | distribution of the sojourn; feedback | Burke 1956, Jackson 1957 |
//! | [`token_bucket`]: shaper, policer, GCRA | allowances of instances | distribution of delay; loss | as M/D/1 and M/D/1/K |
//! | [`network_calculus`]: worst cases | ceilings for any run | delay, backlog, bursts at most | Cruz 1991, Le Boudec and Thiran 2001 |
//! | [`fairness`]: shares | overload, FIFO against fair queues | Jain's index, loss, max-min shares | Jain, Chiu and Hawe 1984 |
//! | [`run_length`]: errors of simulated means | tolerances of tests | asymptotic variances | Takács 1962, Daley 1968 |

pub mod drr;
pub mod fairness;
pub mod fluid;
pub mod gim1;
pub mod kingman;
pub mod md1;
pub mod md1k;
pub mod md1k_wait;
pub mod mdc;
pub mod mg1;
pub mod mm1;
pub mod mm1k;
pub mod mmc;
pub mod mmpp2_m1;
pub mod ndd1;
pub mod network_calculus;
mod numeric;
pub mod pooling;
pub mod priority;
pub mod run_length;
pub mod tandem;
#[cfg(test)]
mod testing;
pub mod token_bucket;
