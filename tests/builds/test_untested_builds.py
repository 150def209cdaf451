import json
import re
import shutil

import duckdb
import pytest
from conftest import TINY, Project

from ml.warehouse.publishing import POINTER, publications_folder


@pytest.fixture(scope="module")
def changed(tiny, tmp_path_factory) -> Project:
    """The tiny market's warehouse, where the next build has something new to publish."""
    folder = tmp_path_factory.mktemp("untested")
    shutil.copy(tiny.warehouse, folder)
    project = Project(folder)
    publications = publications_folder(project.warehouse)
    shutil.copytree(publications_folder(tiny.warehouse), publications)
    with duckdb.connect(str(project.warehouse)) as con:
        con.execute("delete from build_fingerprints where node like '%.published%'")
    return project


@pytest.mark.parametrize("command", ["run", "build"])
def test_what_was_not_tested_is_not_published(changed, command):
    publications = publications_folder(changed.warehouse)
    pointer = (publications / POINTER).read_text()
    files = sorted(publications.glob("*.duckdb*"))
    result = changed.dbt(command, "--select", "published_panel", "published", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    assert re.search(
        r"nothing is published: \d+ of the \d+ tests that must pass first", result.stdout
    )
    assert (publications / POINTER).read_text() == pointer
    assert sorted(publications.glob("*.duckdb*")) == files
    assert not list(publications.glob("*unfinished*"))
    assert changed.query("select count(*) from published") == [(1,)]


def test_a_build_of_a_part_says_nothing_of_what_is_published(changed):
    result = changed.dbt("build", "--select", "build_summary", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    assert "stocks are forecast" not in result.stdout


def test_a_publication_waits_for_every_test(tiny):
    """dbt holds back a model only for tests that read nothing but what stands before it."""
    manifest = json.loads((tiny.folder / "target" / "manifest.json").read_text())
    before, reached = set(), ["model.stock_forecasts.published"]
    while reached:
        node = reached.pop()
        before.add(node)
        reached += [parent for parent in manifest["parent_map"][node] if parent not in before]
    tests = {
        node["name"]: set(node["depends_on"]["nodes"]) - before
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        # It stands behind the publication, and only says what that is.
        and "model.stock_forecasts.build_summary" not in node["depends_on"]["nodes"]
    }
    assert len(tests) > 200
    assert {name: outside for name, outside in tests.items() if outside} == {}


@pytest.mark.slow
def test_without_rows_tables_are_made_but_models_stay_and_nothing_is_published(changed):
    pointer = (publications_folder(changed.warehouse) / POINTER).read_text()
    result = changed.dbt("build", "--empty", "--exclude-resource-type", "test", "unit_test", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    assert changed.query("select count(*) from features") == [(0,)]
    assert changed.query("select count(*) from trained_12m") == [(1,)]
    assert (publications_folder(changed.warehouse) / POINTER).read_text() == pointer
