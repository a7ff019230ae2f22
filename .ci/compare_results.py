"""Compare two result directories of enibench.

    python .ci/compare_results.py EXPECTED ACTUAL

Every file of EXPECTED must be in ACTUAL with the same bytes; ACTUAL may hold more, because large
files such as histograms are not committed. The manifest is compared as parsed, without what may
differ between two runs of the same experiment: the [host] and [timing] tables, the revision of the
source, and the command, which names the output directory and the threads.
"""

import pathlib
import sys
import tomllib

MAY_DIFFER = ("host", "timing", "command")
REQUIRED = ("manifest.toml", "replications.csv", "summary.csv", "tasks.csv", "trials.csv")


def stable(value):
    """The part of a parsed manifest that must not differ."""
    if not isinstance(value, dict):
        return value
    return {
        key: stable(inner)
        for key, inner in value.items()
        if key not in MAY_DIFFER and not key.endswith("revision")
    }


def manifest_difference(expected, actual):
    """The first key that differs, or None."""
    manifests = (tomllib.loads(path.read_text("utf-8")) for path in (expected, actual))
    expected, actual = map(stable, manifests)
    for key in sorted(expected.keys() | actual.keys()):
        if expected.get(key) != actual.get(key):
            return f"`{key}` is {actual.get(key)!r}, expected {expected.get(key)!r}"
    return None


def byte_difference(expected, actual):
    """The first line that differs, or None."""
    expected, actual = expected.read_bytes(), actual.read_bytes()
    if expected == actual:
        return None
    pairs = zip(expected.splitlines(), actual.splitlines())
    for number, (want, got) in enumerate(pairs, start=1):
        if want != got:
            return f"line {number} is\n      {got[:200]!r}, expected\n      {want[:200]!r}"
    return f"{len(actual)} bytes, expected {len(expected)}"


def differences(expected, actual):
    """A line per file that is missing or differs."""
    files = sorted(path.relative_to(expected) for path in expected.rglob("*") if path.is_file())
    names = {file.as_posix() for file in files}
    for name in REQUIRED:
        if name not in names:
            yield f"{name}: not in {expected}"
    for file in files:
        want, got = expected / file, actual / file
        if not got.is_file():
            yield f"{file}: not in {actual}"
            continue
        compare = manifest_difference if file.as_posix() == "manifest.toml" else byte_difference
        difference = compare(want, got)
        if difference:
            yield f"{file}: {difference}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    expected, actual = (pathlib.Path(argument) for argument in sys.argv[1:])
    found = list(differences(expected, actual))
    for line in found:
        print(f"  {line}", file=sys.stderr)
    if found:
        sys.exit(f"{actual} is not {expected}: {len(found)} files differ")
    print(f"{actual}: as {expected}")


if __name__ == "__main__":
    main()
