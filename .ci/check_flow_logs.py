"""Check the flow logs of a result directory with parsers that are not ours.

    python3 .ci/check_flow_logs.py RESULT_DIR

Reads every flow-logs/point-NNNN.log with the Python package `flowlogs_reader`, and the Parquet file
beside it, if there is one, with `pyarrow`. Per sweep point, replication 0:

- every record is one that flowlogs_reader understands, with the values that stand in the text;
- packets and bytes add up to what tasks.csv and trials.csv say was delivered, or lie between that
  and what was offered where packets were lost on either side of the ENI;
- modes with an ENI per task: there are as many interfaces as tasks, and the packets of each are
  those of a task; modes with a shared ENI: there is one interface, so that none of this can be told;
- the Parquet file has the same records, in columns of the documented types.

The logs need the fields interface-id, packets, bytes, action and log-status.
"""

import collections
import csv
import pathlib
import sys
import tomllib

import pyarrow
import pyarrow.parquet
from flowlogs_reader import FlowRecord

SHARED = {"bridge", "host"}
NEEDED = {"interface-id", "packets", "bytes", "action", "log-status"}
INT_32 = {"version", "srcport", "dstport", "protocol", "tcp_flags", "traffic_path"}
INT_64 = {"packets", "bytes", "start", "end"}
# 2026-01-01T00:00:00Z, when every trial starts.
EPOCH = 1767225600


class CheckFailed(Exception):
    """What is wrong, for the user."""


def require(condition, message):
    if not condition:
        raise CheckFailed(message)


def read_points(path):
    """Rows of replication 0 of a CSV file by sweep point, points in order; a point is its keys."""
    points = collections.defaultdict(list)  # keeps the order of the points
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        require("replication" in columns, f"{path}: no column replication")
        keys = columns[: columns.index("replication")]
        for row in reader:
            if row["replication"] == "0":
                points[tuple((key, row[key]) for key in keys)].append(row)
    return points


class Experiment:
    """The experiment file, as far as the checks need it."""

    def __init__(self, path):
        self.file = tomllib.loads(path.read_text("utf-8"))
        self.tasks = {task["name"]: task for task in self.file["task"]}

    def mode(self, point):
        return dict(point).get("network.mode", self.file["network"].get("mode"))

    def of_traffic(self, point, group, key):
        swept = dict(point).get(f"task.{group}.traffic.{key}")
        return swept or self.tasks[group].get("traffic", {}).get(key)

    def records_per_packet(self, point, group):
        """How many ENIs see a packet of this group."""
        to = self.of_traffic(point, group, "to")
        if self.mode(point) == "none" or to == "resolver":
            return 0
        if to is None:
            return 1
        return 0 if self.mode(point) in SHARED else 2

    def is_plain(self, group):
        """Whether each packet of a task is seen at the task's own ENI, and no other's is."""
        return "tasks-of" not in self.tasks[group]


class Log:
    """A text file: its fields, its rows as texts, and as records of flowlogs_reader."""

    def __init__(self, path):
        header, *lines = path.read_text("utf-8").splitlines()
        self.fields = header.split(" ")
        missing = NEEDED - set(self.fields)
        require(not missing, f"{path}: no field {', '.join(sorted(missing))}")
        self.rows = [line.split(" ") for line in lines]
        self.records = []
        for number, row in enumerate(self.rows, start=2):
            where = f"{path}:{number}"
            require(len(row) == len(self.fields), f"{where}: {len(row)} values")
            self.records.append(self.record(where, row))

    def record(self, where, row):
        texts = {field.replace("-", "_"): text for field, text in zip(self.fields, row)}
        try:
            record = FlowRecord(texts)
        except ValueError as error:
            raise CheckFailed(f"{where}: flowlogs_reader refuses it: {error}") from error
        for name, text in texts.items():
            if name in ("start", "end"):
                require(int(text) >= EPOCH, f"{where}: {name} is {text}, before the trial")
            elif name in FlowRecord.__slots__:
                value = getattr(record, name)
                read = "-" if value is None else str(value)
                require(read == text, f"{where}: {name} is read as {read}, not {text}")
        require(record.log_status in ("OK", "NODATA"), f"{where}: {record.log_status}")
        expected = ("ACCEPT", "REJECT") if record.log_status == "OK" else (None,)
        require(record.action in expected, f"{where}: action {record.action}")
        if record.start is not None and record.end is not None:
            require(record.start <= record.end, f"{where}: it ends before it starts")
        return record

    def seen(self, action):
        return [r for r in self.records if r.log_status == "OK" and r.action == action]


def require_between(where, what, low, value, high):
    require(low <= value <= high, f"{where}: {value} {what}, expected {low} to {high}")


def check_sums(where, log, tasks, trial, per_packet):
    """The sums over all interfaces."""
    def total(column):
        return sum(int(row[column]) * per_packet[row["task_group"]] for row in tasks)

    delivered, offered = total("delivered_packets"), total("offered_packets")
    accepted = sum(record.packets for record in log.seen("ACCEPT"))
    rejected = sum(record.packets for record in log.seen("REJECT"))
    require_between(where, "packets accepted", delivered, accepted, offered)
    require_between(where, "packets in all", delivered, accepted + rejected, offered)
    if set(per_packet.values()) == {1}:
        size = sum(record.bytes for record in log.seen("ACCEPT"))
        low, high = int(trial["delivered_bytes"]), int(trial["offered_bytes"])
        require_between(where, "bytes accepted", low, size, high)


def check_interfaces(where, log, mode, tasks, plain):
    """What each interface tells."""
    packets = {record.interface_id: 0 for record in log.records}
    for record in log.seen("ACCEPT"):
        packets[record.interface_id] += record.packets
    if mode == "none":
        require(not packets, f"{where}: interfaces without a network")
    elif mode in SHARED:
        require(len(packets) == 1, f"{where}: {len(packets)} interfaces, but tasks share one")
    elif plain:
        require(
            len(packets) == len(tasks), f"{where}: {len(packets)} interfaces, {len(tasks)} tasks"
        )
        # Which interface is whose, the log need not tell; its sums in order do.
        def column(name):
            return sorted(int(row[name]) for row in tasks)

        bounds = zip(column("delivered_packets"), column("offered_packets"))
        for (low, high), value in zip(bounds, sorted(packets.values())):
            require_between(where, "packets of an interface", low, value, high)
        check_services(where, log, tasks)


def check_services(where, log, tasks):
    """The sums over services, if the log tells them."""
    if "ecs-service-name" not in log.fields:
        return
    service = log.fields.index("ecs-service-name")
    packets, delivered, offered = (collections.Counter() for _ in range(3))
    for row, record in zip(log.rows, log.records):
        if record.action == "ACCEPT":
            packets[row[service]] += record.packets
    for row in tasks:
        delivered[row["task_group"]] += int(row["delivered_packets"])
        offered[row["task_group"]] += int(row["offered_packets"])
    for group in offered:
        what = f"packets of service {group}"
        require_between(where, what, delivered[group], packets[group], offered[group])


def check_parquet(path, log):
    """The same records in columns of the right types."""
    table = pyarrow.parquet.read_table(path)
    names = [field.replace("-", "_") for field in log.fields]
    require(table.column_names == names, f"{path}: columns {table.column_names}")
    for field in table.schema:
        expected = pyarrow.string()
        if field.name in INT_32:
            expected = pyarrow.int32()
        elif field.name in INT_64:
            expected = pyarrow.int64()
        require(field.type == expected, f"{path}: {field.name} is {field.type}, not {expected}")
    columns = [["-" if v is None else str(v) for v in column.to_pylist()] for column in table]
    rows = [list(row) for row in zip(*columns)]
    require(rows == log.rows, f"{path}: other records than in the text")


def check(directory):
    """Checks a result directory; returns the number of points, of records and of Parquet files."""
    experiment = Experiment(directory / "experiment.toml")
    points = read_points(directory / "tasks.csv")
    trials = read_points(directory / "trials.csv")
    logs = sorted((directory / "flow-logs").glob("point-*.log"))
    require(len(logs) == len(points), f"{directory}: {len(logs)} flow logs, {len(points)} points")
    records, parquet_files = 0, 0
    for path, (point, tasks) in zip(logs, points.items()):
        where = f"{path.name} ({', '.join(f'{key} = {value}' for key, value in point)})"
        log, mode = Log(path), experiment.mode(point)
        groups = {row["task_group"] for row in tasks}
        per_packet = {group: experiment.records_per_packet(point, group) for group in groups}
        check_sums(where, log, tasks, trials[point][0], per_packet)
        plain = all(map(experiment.is_plain, groups)) and set(per_packet.values()) <= {0, 1}
        check_interfaces(where, log, mode, tasks, plain)
        columns = path.with_suffix(".parquet")
        if columns.exists():
            check_parquet(columns, log)
            parquet_files += 1
        records += len(log.records)
    require(records > 0, f"{directory}: no record at all")
    return len(points), records, parquet_files


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    directory = pathlib.Path(arguments[0])
    try:
        points, records, parquet_files = check(directory)
    except (CheckFailed, OSError) as error:
        print(f"check_flow_logs: {error}", file=sys.stderr)
        return 1
    print(f"{directory}: {records} records of {points} points, {parquet_files} Parquet files: right")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
