"""Check the histograms of a result directory with a second implementation of their format.

    python .ci/check_hlog.py RESULT_DIR

Reads every interval log with the Python package `hdrhistogram` and compares it with the tables
beside it. Per sweep point and task group, over all replications:

- the latency log has a line per replication,
- its counts add up to the delivered packets of tasks.csv,
- its p50 and p99 are those of summary.csv, to within one bucket,
- the throughput log is readable and has as many lines.

The group `all` of summary.csv is compared with the merge of all groups.
"""

import collections
import csv
import math
import pathlib
import sys
import zlib

from hdrh.codec import HdrCookieException, HdrLengthException
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

# Above any nanoseconds or bit/s that a result can hold, so that merging never runs out of range.
HIGHEST_VALUE = 1 << 61
QUANTILES = {"sojourn_p50_ns": 0.5, "sojourn_p99_ns": 0.99}


class CheckFailed(Exception):
    """What is wrong, for the user."""


def require(condition, message):
    if not condition:
        raise CheckFailed(message)


def read_table(path, first_fixed_column):
    """Rows of a CSV file as (sweep point, row); sweep keys are the columns that come first."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        require(first_fixed_column in columns, f"{path}: no column {first_fixed_column}")
        keys = columns[: columns.index(first_fixed_column)]
        return [(tuple(row[key] for key in keys), row) for row in reader]


class Log:
    """An interval log: per tag, the number of lines and the merged histogram."""

    def __init__(self, path):
        self.lines = collections.Counter()
        self.merged = {}
        text = path.read_text("utf-8")
        written = sum(line.startswith("Tag=") for line in text.splitlines())
        for histogram in histograms_of(path):
            tag = histogram.get_tag()
            require(tag, f"{path}: a line has no tag")
            self.lines[tag] += 1
            if tag not in self.merged:
                self.merged[tag] = empty(histogram.significant_figures)
            self.merged[tag].add(histogram)
        # The reader passes over lines that it does not understand.
        read = self.lines.total()
        require(read == written, f"{path}: {written} tagged lines, {read} of them readable")
        require(read > 0, f"{path}: no histogram in it")


def histograms_of(path):
    """The histograms of a log, in order."""
    reader = HistogramLogReader(str(path), None)
    with reader.input_file:
        try:
            while histogram := reader.get_next_interval_histogram():
                yield histogram
        except (ValueError, zlib.error, HdrCookieException, HdrLengthException) as error:
            raise CheckFailed(f"{path}: a histogram cannot be decoded: {error}") from error


def empty(significant_figures):
    return HdrHistogram(1, HIGHEST_VALUE, significant_figures)


def merge_all(histograms):
    histograms = list(histograms)
    merged = empty(histograms[0].significant_figures)
    for histogram in histograms:
        merged.add(histogram)
    return merged


def value_at(histogram, quantile):
    """A value of the bucket that holds the value of rank ceil(quantile * count)."""
    rank = max(1, math.ceil(quantile * histogram.get_total_count()))
    for item in histogram.get_recorded_iterator():
        if item.total_count_to_this_value >= rank:
            return item.value_iterated_to
    raise CheckFailed("counts do not add up to the histogram's own total")


def check_quantiles(where, histogram, row):
    for column, quantile in QUANTILES.items():
        require(row[column] != "", f"{where}: {column} is empty, but packets were delivered")
        value = value_at(histogram, quantile)
        low = histogram.get_lowest_equivalent_value(value)
        high = histogram.get_highest_equivalent_value(value)
        bucket = high - low + 1
        stated = float(row[column])
        require(
            low - bucket <= stated <= high + bucket,
            f"{where}: {column} is {stated}, the histogram says {low} to {high}",
        )


def check_group(where, row, delivered, latency, throughput):
    """One task group at one sweep point."""
    group, replications = row["task_group"], int(row["replications"])
    counted = latency.merged[group].get_total_count() if group in latency.merged else 0
    require(counted == delivered, f"{where}: {counted} packets in the log, {delivered} delivered")
    if delivered == 0:
        return
    for kind, log in (("latency", latency), ("throughput", throughput)):
        lines = log.lines[group]
        require(
            lines == replications, f"{where}: {lines} lines of {kind}, {replications} replications"
        )
    check_quantiles(where, latency.merged[group], row)


def check(directory):
    """Checks a result directory; returns the number of points."""
    delivered = collections.Counter()
    for point, row in read_table(directory / "tasks.csv", "replication"):
        delivered[point, row["task_group"]] += int(row["delivered_packets"] or 0)
    summary = collections.defaultdict(list)  # keeps the order of the points
    for point, row in read_table(directory / "summary.csv", "task_group"):
        summary[point].append(row)

    expected = set()
    for index, (point, rows) in enumerate(summary.items()):
        names = [f"point-{index:04}.{kind}.hlog" for kind in ("latency", "throughput")]
        expected.update(names)
        paths = [directory / "histograms" / name for name in names]
        if not any(delivered[point, row["task_group"]] for row in rows):
            continue  # Nothing arrived, as in mode `none`: there may be no log.
        for path in paths:
            require(path.is_file(), f"{path} is missing")
        latency, throughput = (Log(path) for path in paths)
        for row in rows:
            group = row["task_group"]
            where = f"{directory}, point {index} {point}, group {group}"
            if group == "all":
                check_quantiles(where, merge_all(latency.merged.values()), row)
            else:
                check_group(where, row, delivered[point, group], latency, throughput)
    for path in (directory / "histograms").glob("*.hlog"):
        require(path.name in expected, f"{path} belongs to no point of summary.csv")
    return len(summary)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    try:
        points = check(directory)
        require(points > 0, f"{directory}: no points")
    except CheckFailed as failure:
        sys.exit(f"check_hlog: {failure}")
    print(f"{directory}: histograms of {points} points agree with the tables")


if __name__ == "__main__":
    main()
