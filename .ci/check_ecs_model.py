"""Check the program's table of ECS fields against the service model that the AWS SDKs carry.

    python .ci/check_ecs_model.py [--print]

Reads the model of Amazon ECS from the Python package `botocore` and compares every structure and
every list of allowed values that a task definition, a service or a task to run can hold with
src/ecs/documents/fields.json, which the program reads at run time. Exits with 1 after naming each
difference. With --print, prints the table that the model would give instead.
"""

import gzip
import json
import pathlib
import sys

import botocore

TABLE = pathlib.Path(__file__).parent.parent / "src/ecs/documents/fields.json"
ROOTS = [
    "RegisterTaskDefinitionRequest",
    "DescribeTaskDefinitionResponse",
    "CreateServiceRequest",
    "RunTaskRequest",
]
SCALARS = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "timestamp": "timestamp",
}


def load_model():
    """The model's shapes by name; packages differ in whether the file is compressed."""
    folder = pathlib.Path(botocore.__file__).parent / "data/ecs/2014-11-13"
    packed = folder / "service-2.json.gz"
    if packed.exists():
        return json.loads(gzip.decompress(packed.read_bytes()))["shapes"]
    return json.loads((folder / "service-2.json").read_bytes())["shapes"]


def table_of(shapes):
    """Structures and enums that can be reached from the roots, as the table writes them."""
    table = {"structures": {}, "enums": {}}

    def type_of(name):
        shape = shapes[name]
        kind = shape["type"]
        if kind == "structure":
            structure(name)
            return name
        if kind == "list":
            return f"[{type_of(shape['member']['shape'])}]"
        if kind == "map":
            return f"{{{type_of(shape['value']['shape'])}}}"
        if "enum" in shape:
            table["enums"][name] = shape["enum"]
            return name
        return SCALARS[kind]

    def structure(name):
        if name in table["structures"]:
            return
        # Entered before its fields, which may lead back to it.
        entry = table["structures"][name] = {"required": shapes[name].get("required", []), "fields": {}}
        for field, member in shapes[name]["members"].items():
            entry["fields"][field] = type_of(member["shape"])

    for root in ROOTS:
        structure(root)
    return table


def differences(ours, models, path=""):
    """Sentences, one for each place at which the two trees differ."""
    if isinstance(ours, dict) and isinstance(models, dict):
        for key in sorted(ours.keys() | models.keys()):
            place = f"{path}.{key}" if path else key
            if key not in ours:
                yield f"{place}: only in the model"
            elif key not in models:
                yield f"{place}: only in our table"
            else:
                yield from differences(ours[key], models[key], place)
    elif isinstance(ours, list) and isinstance(models, list):
        for value in sorted(set(models) - set(ours)):
            yield f"{path}: {value} is only in the model"
        for value in sorted(set(ours) - set(models)):
            yield f"{path}: {value} is only in our table"
    elif ours != models:
        yield f"{path}: {ours} in our table, {models} in the model"


def write(table):
    """The table as JSON with a line for each structure and enum."""
    parts = []
    for part in ["structures", "enums"]:
        lines = [f"    {json.dumps(name)}: {json.dumps(table[part][name])}" for name in sorted(table[part])]
        parts.append(f'  "{part}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}"


def main():
    model = table_of(load_model())
    if sys.argv[1:] == ["--print"]:
        print(write(model))
        return 0
    ours = json.loads(TABLE.read_text(encoding="utf-8"))
    found = list(differences(ours, model))
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print(f"{len(found)} differences from botocore {botocore.__version__}", file=sys.stderr)
        return 1
    counts = ", ".join(f"{len(ours[part])} {part}" for part in ["structures", "enums"])
    print(f"{counts}: as in botocore {botocore.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
