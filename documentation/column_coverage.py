"""Artefacts for dbt-coverage, which measures how many public columns have a description and a test.

dbt-coverage takes columns from the warehouse and knows only tests that stand at a column. So it is
given the columns that public models declare, which contracts and the test matches_declared_columns
hold against the tables, and each test once for every column that it names.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "seeds" / "feature_catalogue.csv"
Node = dict[str, Any]


def public_catalog(manifest: Node) -> Node:
    """The columns that public models declare, in the shape of dbt's catalog.json."""
    nodes = {
        name: {
            "unique_id": name,
            "metadata": {"schema": node["schema"], "name": node["name"]},
            "columns": {column: {"name": column} for column in node["columns"]},
        }
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    return {"metadata": manifest["metadata"], "nodes": nodes, "sources": {}}


def with_a_test_a_column(manifest: Node) -> Node:
    """The manifest with each generic test once for every column that it names."""
    nodes = {}
    for name, node in manifest["nodes"].items():
        if node["resource_type"] == "test" and "test_metadata" in node:
            for column in set(_tested_columns(node)):
                nodes[f"{name}.{column}"] = node | {"column_name": column}
        else:
            nodes[name] = node
    return manifest | {"nodes": nodes}


def _tested_columns(test: Node) -> Iterator[str]:
    if test["column_name"]:
        yield test["column_name"]
    arguments = test["test_metadata"]["kwargs"]
    yield from arguments.get("columns", [])
    for columns in arguments.get("expectations", {}).values():
        yield from columns
    if test["test_metadata"]["name"] == "fits_units":
        with CATALOGUE.open() as file:
            yield from (row["feature"] for row in csv.DictReader(file))


def main() -> None:
    """Write manifest.json and catalog.json for dbt-coverage."""
    parser = argparse.ArgumentParser(
        prog="python -m documentation.column_coverage", description=__doc__
    )
    parser.add_argument("manifest", type=Path, help="dbt's manifest.json")
    parser.add_argument("folder", type=Path, help="where the artefacts go")
    arguments = parser.parse_args()
    manifest = json.loads(arguments.manifest.read_text())
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for file, content in {
        "manifest.json": with_a_test_a_column(manifest),
        "catalog.json": public_catalog(manifest),
    }.items():
        (arguments.folder / file).write_text(json.dumps(content))


if __name__ == "__main__":
    main()
