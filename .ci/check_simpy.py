"""Check results with a simulator that is not ours: the same systems in SimPy.

    python .ci/check_simpy.py POISSON_RESULT_DIR ON_OFF_RESULT_DIR

The directories hold the results of experiments/validation/simpy-poisson.toml and simpy-on-off.toml.
Every system is simulated again by the few lines below, which share nothing with the product: event
loop, random numbers, measuring and statistics are SimPy's, Python's and this file's. Mean and p99
of the sojourn, loss and throughput must agree within 4.5 standard errors of the difference, which
both sides estimate from their independent replications. Seeds are fixed: what passes goes on
passing.

Times are in microseconds. A packet of 1250 B lasts 10 of them at 1 Gbit/s.
"""

import concurrent.futures
import csv
import math
import pathlib
import random
import statistics
import sys

import simpy
from scipy import stats

SERVICE = 10.0
PACKET_BITS = 10_000
# Packets per microsecond that all tasks send together: a load of 0.8.
RATE = 0.08
WARM_UP = 50_000.0
MEASURE = 500_000.0
REPLICATIONS = 20
STANDARD_ERRORS = 4.5
UNLIMITED = math.inf


class Port:
    """A queue in front of a link; `capacity` counts the packet that is being sent."""

    def __init__(self, env, window, service, capacity=UNLIMITED):
        self.env, self.window, self.service, self.capacity = env, window, service, capacity
        self.queue, self.inside = simpy.Store(env), 0
        env.process(self.transmit())

    def send(self):
        fits = self.inside < self.capacity
        self.window.arrived(self.env.now, fits)
        if fits:
            self.inside += 1
            self.queue.put(self.env.now)

    def transmit(self):
        while True:
            arrival = yield self.queue.get()
            yield self.env.timeout(self.service)
            self.inside -= 1
            self.window.left(arrival, self.env.now)


class Window:
    """What one replication measures: packets belong to the window in which they arrive."""

    def __init__(self):
        self.offered = self.dropped = self.left_within = 0
        self.sojourns = []

    def arrived(self, now, fits):
        if WARM_UP <= now < WARM_UP + MEASURE:
            self.offered += 1
            self.dropped += not fits

    def left(self, arrival, now):
        self.left_within += WARM_UP <= now < WARM_UP + MEASURE
        if WARM_UP <= arrival < WARM_UP + MEASURE:
            self.sojourns.append(now - arrival)


def poisson(env, numbers, port, rate):
    while True:
        yield env.timeout(numbers.expovariate(rate))
        port.send()


def on_off(env, numbers, port, rate):
    """A packet clock at four times the mean rate that runs a quarter of the time, 1 ms on average."""
    gap = 1 / (4 * rate)
    until_packet, is_on = numbers.uniform(0, gap), numbers.random() < 0.25
    while True:
        end = env.now + numbers.expovariate(1 / (1000 if is_on else 3000))
        while is_on and env.now + until_packet < end:
            yield env.timeout(until_packet)
            port.send()
            until_packet = gap
        if is_on:
            until_packet -= end - env.now
        yield env.timeout(end - env.now)
        is_on = not is_on


def shared(env, numbers, window, tasks, source=poisson, capacity=UNLIMITED):
    """All tasks through one queue at the full rate."""
    port = Port(env, window, SERVICE, capacity)
    for _ in range(tasks):
        env.process(source(env, numbers, port, RATE / tasks))


def partition(env, numbers, window, tasks):
    """A queue for each task, at its share of the rate."""
    for _ in range(tasks):
        env.process(poisson(env, numbers, Port(env, window, SERVICE * tasks), RATE / tasks))


def s1(env, numbers, window):
    shared(env, numbers, window, 16)


def s2(env, numbers, window):
    partition(env, numbers, window, 16)


def s3(env, numbers, window):
    shared(env, numbers, window, 1024)


def s4(env, numbers, window):
    shared(env, numbers, window, 16, on_off, 256)


def s4_short(env, numbers, window):
    shared(env, numbers, window, 16, on_off, 32)


# Which result directory holds a system, and at which values of its keys.
SYSTEMS = [
    ("S1, 16 Poisson tasks, one queue", s1, 0, ("bridge", "16")),
    ("S2, 16 Poisson tasks, 16 queues", s2, 0, ("awsvpc", "16")),
    ("S3, 1024 Poisson tasks, one queue", s3, 0, ("bridge", "1024")),
    ("S4, 16 on-off tasks, room for 256", s4, 1, ("256 packets",)),
    ("S4, 16 on-off tasks, room for 32", s4_short, 1, ("32 packets",)),
]


def simulate(job):
    """One replication of one system: the packets of its window."""
    system, replication = job
    env, window = simpy.Environment(), Window()
    numbers = random.Random(f"{system.__name__} {replication}")
    system(env, numbers, window)
    # Long enough for what arrived in the window to leave: 16 times 40 packets decay in 6.4 ms.
    env.run(until=WARM_UP + MEASURE + 200_000)
    return window


def p99(sojourns):
    return sorted(sojourns)[math.ceil(0.99 * len(sojourns)) - 1]


def estimate(value, replications):
    return value, statistics.stdev(replications) / math.sqrt(len(replications))


def as_simpy_has_them(windows):
    """Metric to value and standard error."""
    mean = [statistics.fmean(window.sojourns) for window in windows]
    loss = [window.dropped / window.offered for window in windows]
    throughput = [window.left_within * PACKET_BITS * 1e6 / MEASURE for window in windows]
    everything = [sojourn for window in windows for sojourn in window.sojourns]
    dropped, offered = (sum(getattr(w, key) for w in windows) for key in ("dropped", "offered"))
    return {
        "sojourn_mean_ns": estimate(1e3 * statistics.fmean(everything), [1e3 * m for m in mean]),
        "sojourn_p99_ns": estimate(
            1e3 * p99(everything), [1e3 * p99(window.sojourns) for window in windows]
        ),
        "loss_ratio": estimate(dropped / offered, loss),
        "throughput_bps": estimate(statistics.fmean(throughput), throughput),
    }


def as_enibench_has_them(directory, values, metrics):
    """The same from summary.csv, whose intervals are Student's t over replications."""
    with (directory / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["task_group"] == "all" and tuple(row.values())[: len(values)] == values
        ]
    if len(rows) != 1:
        sys.exit(f"check_simpy: {directory} has {len(rows)} points with the values {values}")
    row = rows[0]
    t = stats.t.ppf(0.975, int(row["replications"]) - 1)
    return {metric: (float(row[metric]), float(row[f"{metric}_ci"]) / t) for metric in metrics}


def compare(name, simpy_says, enibench_says):
    """Prints a line per metric; returns whether all agree."""
    agree = True
    for metric, (expected, expected_error) in simpy_says.items():
        value, error = enibench_says[metric]
        spread = math.hypot(error, expected_error)
        if spread == 0:
            z = 0.0 if value == expected else math.inf
        else:
            z = (value - expected) / spread
        agree &= abs(z) < STANDARD_ERRORS
        print(f"{name:34} {metric:15} {value:14.6g}  SimPy {expected:14.6g}  z {z:6.2f}")
    return agree


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directories = [pathlib.Path(argument) for argument in sys.argv[1:]]
    jobs = [(system, number) for _, system, _, _ in SYSTEMS for number in range(REPLICATIONS)]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        windows = list(pool.map(simulate, jobs))
    agree = True
    for index, (name, _, directory, values) in enumerate(SYSTEMS):
        simpy_says = as_simpy_has_them(windows[index * REPLICATIONS :][:REPLICATIONS])
        enibench_says = as_enibench_has_them(directories[directory], values, simpy_says)
        agree &= compare(name, simpy_says, enibench_says)
    if not agree:
        sys.exit(f"check_simpy: a difference of {STANDARD_ERRORS} standard errors or more")


if __name__ == "__main__":
    main()
