import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT, SECRETS, TINY

from documentation.__main__ import NOTHING_BUILT, OPEN_ON_THE_WHOLE
from documentation.column_coverage import public_catalog, with_a_test_a_column
from ml.warehouse.publishing import publications_folder, published_file

OVERVIEW = (ROOT / "models" / "overview.md").read_text()
NAMES = ("index", "lineage")
# No models: the macros that create them describe them.
BOOKKEEPING = ("build_fingerprints", "recorded_nodes")
COMMENTS = """
select table_name, column_name, comment
from duckdb_columns()
where database_name = current_database() and not internal
union all
select table_name, null, comment
from duckdb_tables()
where database_name = current_database() and not internal
union all
select view_name, null, comment
from duckdb_views()
where database_name = current_database() and not internal
"""


@pytest.fixture(scope="module")
def manifest(tiny) -> dict[str, dict]:
    """The project as dbt knows it."""
    return json.loads((tiny.folder / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def documented(manifest) -> dict[str, dict]:
    """The project's models and seeds, as dbt knows them, by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@pytest.fixture(scope="module")
def described(documented) -> dict[tuple, str]:
    """Every description of a model, a seed and their columns, by name and column."""
    return {
        (name, column): text
        for name, node in documented.items()
        for column, text in [
            (None, node["description"]),
            *((column["name"], column["description"]) for column in node["columns"].values()),
        ]
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
        f"and table_name not in {BOOKKEEPING} order by column_index"
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


def test_sources_macros_tests_analyses_and_exposures_are_described(manifest):
    nodes = {
        **manifest["sources"],
        **manifest["macros"],
        **manifest["exposures"],
        **manifest["groups"],
        **manifest["unit_tests"],
        # A generic test is described as a macro, a hook too.
        **{
            name: node
            for name, node in manifest["nodes"].items()
            if node["resource_type"] != "operation" and "test_metadata" not in node
        },
    }
    own = {name: node for name, node in nodes.items() if node["package_name"] == "stock_forecasts"}
    assert {name.split(".")[0] for name in own} == {
        *("source", "macro", "exposure", "group", "unit_test"),
        *("model", "seed", "test", "analysis"),
    }
    for name, node in own.items():
        assert node["description"], name
        for part in [*(node.get("columns") or {}).values(), *(node.get("arguments") or [])]:
            assert part["description"], (name, part["name"])


def test_analyses_are_described_by_the_question_they_answer(manifest):
    for file in ROOT.glob("analyses/*.sql"):
        comment = re.match("(?:-- .*\n)+", file.read_text())[0].replace("-- ", "").split()
        node = manifest["nodes"][f"analysis.stock_forecasts.{file.stem}"]
        assert node["description"].split() == comment


def test_the_overview_has_the_vars_as_the_project_declares_them():
    project = (ROOT / "dbt_project.yml").read_text()
    declared = re.search(r"^vars:\n(?:[ #].*\n|\n)*?(?=\S)", project, re.MULTILINE)[0]
    assert yaml.safe_load(declared)["vars"] == yaml.safe_load(project)["vars"]
    assert f"```yaml\n{declared.strip()}\n```" in OVERVIEW


def test_the_overview_names_every_public_model(documented):
    for name, node in documented.items():
        if node.get("access") == "public" and name != "weekly_prices":
            assert name in OVERVIEW or name.startswith("backtest_"), name


def test_public_is_what_is_published_and_the_dashboard_reads_it(manifest):
    published = set(manifest["parent_map"]["model.stock_forecasts.published"])
    # It begins the file that `published` goes on with.
    published -= {"model.stock_forecasts.published_panel"}
    assert {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["access"] == "public"
    } == {
        "model.stock_forecasts.published",
        *(name for name in published if name.startswith("model.")),
        # Published each, and read together as trained_models.
        *manifest["parent_map"]["model.stock_forecasts.trained_models"],
    }
    dashboard = manifest["exposures"]["exposure.stock_forecasts.dashboard"]
    assert set(dashboard["depends_on"]["nodes"]) == {"model.stock_forecasts.published", *published}


def test_descriptions_are_comments_in_the_warehouse_and_in_what_is_published(tiny, described):
    ephemeral = {"int_daily_returns"}
    here = {(table, column): text for table, column, text in tiny.query(COMMENTS)}
    assert {key: text for key, text in here.items() if key[0] not in BOOKKEEPING} == {
        key: text for key, text in described.items() if key[0] not in ephemeral
    }
    file = published_file(publications_folder(tiny.warehouse))
    with duckdb.connect(str(file), read_only=True) as con:
        for table, column, text in con.sql(COMMENTS).fetchall():
            assert text == described[table, column]


def test_coverage_counts_the_columns_that_tests_name(manifest):
    def model(name: str, access: str) -> dict:
        columns = {"a": {}, "b": {}}
        return {
            **{"resource_type": "model", "name": name, "schema": "main"},
            **{"access": access, "columns": columns},
        }

    def test(name: str, column: str | None = None, **arguments: object) -> dict:
        metadata = {"name": name, "kwargs": arguments}
        return {"resource_type": "test", "column_name": column, "test_metadata": metadata}

    nodes = {
        "model.p.marts": model("marts", "public"),
        "model.p.steps": model("steps", "private"),
        "test.p.known": test("not_null", "a"),
        "test.p.met": test("meets_expectations", expectations={">= 0": ["a"], "> 0": ["a", "b"]}),
        "test.p.key": test("unique_combination_of_columns", columns=["b"]),
        "test.p.some": test("not_empty"),
        "test.p.units": test("fits_units"),
    }
    project = {"metadata": {}, "nodes": nodes}
    assert public_catalog(project)["nodes"].keys() == {"model.p.marts"}
    counted = with_a_test_a_column(project)["nodes"]
    named = [name for name in counted if not name.startswith("test.p.units")]
    assert sorted(named) == [
        *("model.p.marts", "model.p.steps"),
        *("test.p.key.b", "test.p.known.a", "test.p.met.a", "test.p.met.b"),
    ]
    assert "test.p.units.beta_12m" in counted


@pytest.mark.slow
def test_make_docs_writes_the_docs_and_the_lineage_of_columns(tiny, documented):
    result = subprocess.run(
        [sys.executable, "-m", "documentation", "--vars", yaml.safe_dump(TINY)],
        cwd=ROOT,
        env=tiny.environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    docs, lineage = (tiny.folder / "target" / "docs" / f"{name}.html" for name in NAMES)
    assert "Explained long-horizon stock forecasts" in docs.read_text()
    assert "](data:image/svg+xml;base64," in docs.read_text()
    assert OPEN_ON_THE_WHOLE in lineage.read_text()
    data = re.search(r'colibriData = JSON.parse\(atob\("([^"]+)', lineage.read_text())[1]
    decoded = base64.b64decode(data).decode()
    for text in (docs.read_text(), lineage.read_text(), decoded):
        for secret in (str(ROOT), str(tiny.folder), f"{Path.home()}/", *SECRETS.values()):
            assert secret not in text
    edges = json.loads(decoded)["lineage"]["edges"]
    features = "model.stock_forecasts.features"
    traced = {edge["targetColumn"] for edge in edges if edge["target"] == features}
    assert traced >= documented["features"]["columns"].keys()


@pytest.mark.slow
def test_make_docs_needs_a_build(project):
    result = subprocess.run(
        [sys.executable, "-m", "documentation", "--select", "published"],
        cwd=ROOT,
        env=project.environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr == NOTHING_BUILT + "\n"
