"""Check the tables of a result directory with pandas and SciPy.

    python .ci/check_tables.py RESULT_DIR

Reads the CSV files as a user would, without telling pandas anything, and holds them against each
other:

- a column that counts or measures is a column of numbers, empty only where there is nothing to say:
  a ratio of no packets, a sojourn of none, an interval over one replication;
- packets are conserved: offered = delivered + dropped + queued in every trial, and a task's drops
  are the sum of its causes;
- the tasks of a trial add up to it; the stages of a task add up to its mean sojourn;
- percentiles rise, up to the maximum;
- summary.csv follows from the other two: loss, throughput, mean and longest sojourn, with the half
  width t(0.975, n - 1) s / sqrt(n) over replications. Those of percentiles need the histograms.
"""

import pathlib
import sys

import numpy
import pandas
from scipy import stats

# Relative difference that the order of floating-point additions explains.
ROUNDING = 1e-9
CONFIDENCE = 0.95
PERCENTILES = ["sojourn_p50_ns", "sojourn_p90_ns", "sojourn_p99_ns", "sojourn_p999_ns"]
SOJOURN = ["sojourn_mean_ns", *PERCENTILES, "sojourn_max_ns"]
# Their mean times add up to the mean sojourn. The wait at the host stack is part of its time.
STAGES = [
    f"{stage}_mean_ns"
    for stage in (
        "host_stack",
        "eni_wait",
        "allowance_wait",
        "transmission",
        "propagation",
        "trunk_wait",
        "microvm",
    )
]
CAUSES = [
    f"{cause}_packets"
    for cause in (
        "dropped_host_stack",
        "dropped_eni",
        "dropped_allowance",
        "refused",
        "dropped_packet_allowance",
        "dropped_flow_cap",
        "dropped_link_local",
        "dropped_tracked_connections",
        "dropped_nat",
        "dropped_security_group",
    )
]
COUNTS = ["offered_packets", "delivered_packets", "dropped_packets"]
NUMBER_SUFFIXES = ("_packets", "_bytes", "_ns", "_bps", "_ci", "_ratio", "_index", "_exceeded")
NUMBERS = {"replication", "replications", "task", "revision", "events", "utilization"}


class CheckFailed(Exception):
    """What is wrong, for the user."""


def require(condition, message):
    if not condition:
        raise CheckFailed(message)


def require_close(left, right, message, scale=1e-3):
    """Two columns, or two values, agree; nothing agrees with nothing.

    `scale` is the size of the numbers that they are differences of.
    """
    left, right = numpy.atleast_1d(left), numpy.atleast_1d(right)
    close = numpy.isclose(left, right, rtol=ROUNDING, atol=ROUNDING * abs(scale), equal_nan=True)
    require(close.all(), f"{message}: {left[~close]} != {right[~close]}")


class Table:
    """A CSV file: its rows, and its columns in front of `first_fixed_column`, the sweep keys."""

    def __init__(self, path, first_fixed_column):
        self.path = path
        require(path.is_file(), f"{path} is missing")
        self.rows = pandas.read_csv(path)
        columns = list(self.rows.columns)
        require(first_fixed_column in columns, f"{path}: no column {first_fixed_column}")
        require(len(set(columns)) == len(columns), f"{path}: a column stands there twice")
        self.keys = columns[: columns.index(first_fixed_column)]
        # A key that is a boolean or a number at some points is text at others.
        exact = pandas.read_csv(path, dtype=str, keep_default_na=False)
        self.rows[self.keys] = exact[self.keys]
        if "task_group" in exact:
            self.rows["task_group"] = exact["task_group"]
        for column in columns[len(self.keys) :]:
            if column in NUMBERS or column.endswith(NUMBER_SUFFIXES):
                self.check_numbers(column)

    def check_numbers(self, column):
        cells = self.rows[column]
        if len(cells) and not cells.isna().all():
            require(
                pandas.api.types.is_numeric_dtype(cells), f"{self.path}: {column} is {cells.dtype}"
            )
            present = cells.dropna()
            require(numpy.isfinite(present).all(), f"{self.path}: {column} is not finite")
            require((present >= 0).all(), f"{self.path}: {column} is negative")
        if column.endswith(("_packets", "_bytes")):
            whole = cells.dropna().map(lambda value: float(value).is_integer())
            require(whole.all(), f"{self.path}: {column} has a fraction")

    def require_empty_exactly(self, columns, where, reason):
        """The cells of `columns` are empty in the rows `where`, and in no others."""
        for column in columns:
            empty = self.rows[column].isna()
            require(
                (empty == where).all(),
                f"{self.path}: {column} is empty or not, but {reason}:\n"
                f"{self.rows[empty != where].head().to_string()}",
            )


def check_trials(table):
    """Returns the trials that did not fail."""
    failed = table.rows["error"].notna()
    table.require_empty_exactly(
        ["offered_packets", "delivered_packets", "dropped_packets", "queued_packets", "events"],
        failed,
        "a trial that did not fail has counts",
    )
    trials = table.rows[~failed]
    by_end = trials["delivered_packets"] + trials["dropped_packets"] + trials["queued_packets"]
    require_close(trials["offered_packets"], by_end, f"{table.path}: packets are not conserved")
    require(
        (trials["delivered_bytes"] <= trials["offered_bytes"]).all(),
        f"{table.path}: more bytes delivered than offered",
    )
    loss = trials["dropped_packets"] / trials["offered_packets"]
    require_close(trials["loss_ratio"], loss, f"{table.path}: loss_ratio")
    require(trials["jain_index"].dropna().between(0, 1 + ROUNDING).all(), f"{table.path}: jain_index")
    return trials


def check_tasks(table):
    tasks = table.rows
    name = table.path
    table.require_empty_exactly(["loss_ratio"], tasks["offered_packets"] == 0, "packets were sent")
    table.require_empty_exactly(
        [*SOJOURN, *STAGES], tasks["delivered_packets"] == 0, "packets arrived"
    )
    table.require_empty_exactly([*COUNTS, "throughput_bps", *CAUSES], False, "it is always known")
    known = tasks["delivered_packets"] + tasks["dropped_packets"]
    require((known <= tasks["offered_packets"]).all(), f"{name}: more packets left than came")
    require_close(tasks["dropped_packets"], tasks[CAUSES].sum(axis="columns"), f"{name}: causes")
    loss = tasks["dropped_packets"] / tasks["offered_packets"]
    require_close(tasks["loss_ratio"], loss, f"{name}: loss_ratio")
    delivered = tasks[tasks["delivered_packets"] > 0]
    require_close(
        delivered["sojourn_mean_ns"], delivered[STAGES].sum(axis="columns"), f"{name}: stages"
    )
    rising = [*PERCENTILES, "sojourn_max_ns"]
    for low, high in zip(rising, rising[1:]):
        require((delivered[low] <= delivered[high]).all(), f"{name}: {low} is above {high}")
    require(
        (delivered["sojourn_mean_ns"] <= delivered["sojourn_max_ns"] * (1 + ROUNDING)).all(),
        f"{name}: a mean is above its maximum",
    )


def check_sums(trials, tasks, keys):
    """The tasks of a trial add up to it."""
    trial = [*keys, "replication"]
    sums = tasks.groupby(trial)[COUNTS].sum()
    stated = trials.set_index(trial)[COUNTS].sort_index()
    require(stated.index.equals(sums.index), "trials.csv and tasks.csv hold different trials")
    for column in COUNTS:
        require_close(stated[column], sums[column], f"tasks do not add up, {column}")


def half_width(values):
    """Of the interval of the mean of independent values; NaN where there is none to state."""
    n = len(values)
    if n < 2 or values.isna().any():
        return float("nan")
    return stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) * values.std(ddof=1) / n**0.5


def mean_sojourn(tasks):
    """Of all packets of some tasks [ns]."""
    delivered = tasks["delivered_packets"]
    if delivered.sum() == 0:
        return float("nan")
    return (tasks["sojourn_mean_ns"].fillna(0) * delivered).sum() / delivered.sum()


def loss(tasks):
    offered = tasks["offered_packets"].sum()
    return tasks["dropped_packets"].sum() / offered if offered else float("nan")


def check_summary_row(where, row, tasks, trials):
    """A row of summary.csv against the tasks and the trials that it summarizes."""
    by_replication = tasks.groupby("replication")
    require(row["replications"] == len(trials), f"{where}: {len(trials)} replications")
    if len(trials) == 0:
        return

    def check(column, value, replications):
        require_close(row[column], value, f"{where}: {column}")
        if not numpy.isnan(value):
            width = half_width(replications)
            require_close(row[f"{column}_ci"], width, f"{where}: {column}_ci", value)

    throughput = by_replication["throughput_bps"].sum()
    check("throughput_bps", throughput.mean(), throughput)
    check("loss_ratio", loss(tasks), by_replication[COUNTS].apply(loss))
    means = by_replication[["delivered_packets", "sojourn_mean_ns"]].apply(mean_sojourn)
    check("sojourn_mean_ns", mean_sojourn(tasks), means)
    longest = by_replication["sojourn_max_ns"].max()
    check("sojourn_max_ns", longest.max(), longest)
    if row["task_group"] == "all":
        for column in ("utilization", "jain_index"):
            values = trials[column]
            check(column, values.mean(), values)


def by_point(rows, keys):
    """The rows of each sweep point."""
    if not keys:
        return {(): rows}
    return dict(iter(rows.groupby(keys)))


def check_summary(table, tasks, trials):
    """Returns the number of rows that were recomputed."""
    keys = table.keys
    tasks_at, trials_at = by_point(tasks, keys), by_point(trials, keys)
    for _, row in table.rows.iterrows():
        point = tuple(row[key] for key in keys)
        there = tasks_at.get(point, tasks[:0])
        if row["task_group"] != "all":
            there = there[there["task_group"] == row["task_group"]]
        where = f"{table.path}, point {point}, {row['task_group']}"
        check_summary_row(where, row, there, trials_at.get(point, trials[:0]))
    return len(table.rows)


def check(directory):
    trials_table = Table(directory / "trials.csv", "replication")
    tasks_table = Table(directory / "tasks.csv", "replication")
    summary_table = Table(directory / "summary.csv", "task_group")
    require(
        trials_table.keys == tasks_table.keys == summary_table.keys,
        f"{directory}: the tables have different sweep keys",
    )
    for name, first in (("timeline.csv", "replication"), ("series.csv", "task_group")):
        if (directory / name).is_file():
            Table(directory / name, first)
    trials = check_trials(trials_table)
    check_tasks(tasks_table)
    check_sums(trials, tasks_table.rows, trials_table.keys)
    rows = check_summary(summary_table, tasks_table.rows, trials)
    require(rows > 0, f"{summary_table.path} is empty")
    return rows


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for directory in map(pathlib.Path, sys.argv[1:]):
        try:
            rows = check(directory)
        except CheckFailed as failure:
            sys.exit(f"check_tables: {failure}")
        print(f"{directory}: {rows} rows of summary.csv follow from the other tables")


if __name__ == "__main__":
    main()
