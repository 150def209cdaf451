import json

import pytest


@pytest.fixture(scope="module")
def documented(tiny) -> dict[str, dict]:
    """The project's models and seeds, as dbt knows them, by name."""
    manifest = json.loads((tiny.folder / "target" / "manifest.json").read_text())
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


def test_every_description_begins_with_the_grain(documented):
    assert len(documented) > 50
    for name, node in documented.items():
        assert node["description"].startswith("One row per "), name


def test_every_column_is_described_with_its_type(documented, tiny):
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in tiny.query(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'main' "
        # Bookkeeping, no model: macro create_build_fingerprints describes it.
        "and table_name <> 'build_fingerprints' order by column_index"
    ):
        columns.setdefault(table, {})[column] = kind
    # An ephemeral model is part of the queries that read it, and no table.
    tables = {
        name: node
        for name, node in documented.items()
        if node["config"]["materialized"] != "ephemeral"
    }
    assert tables.keys() == columns.keys()
    for name, node in documented.items():
        for column in node["columns"].values():
            assert column["description"], f"{name}.{column['name']}"
    for name, node in tables.items():
        types = {column["name"]: column["data_type"].upper() for column in node["columns"].values()}
        actual = {column: kind.upper().replace('"', "") for column, kind in columns[name].items()}
        assert types == actual, name
