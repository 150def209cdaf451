"""A second build makes again what changed, no more: test_changed_builds.py changes more."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import TINY, Project

from ml.warehouse.publishing import POINTER, publications_folder, published_file
from tests.builds.rebuilt import Rebuilt


@pytest.fixture(scope="module")
def market(tiny, tmp_path_factory) -> Rebuilt:
    project = Project(tmp_path_factory.mktemp("kept"))
    shutil.copy(tiny.warehouse, project.folder)
    shutil.copytree(publications_folder(tiny.warehouse), publications_folder(project.warehouse))
    return Rebuilt(project, TINY)


def test_a_warehouse_that_was_copied_is_published_beside_its_copy(market):
    _, built = market.build()
    assert built == {"published", "build_summary"}
    [(file,)] = market.project.query("select max_by(file, published_at) from published")
    assert Path(file) == published_file(publications_folder(market.project.warehouse))


def test_nothing_new_builds_and_publishes_nothing(market):
    before = market.pointer, market.models()
    with duckdb.connect(str(market.project.warehouse)) as con:
        con.execute("comment on table trained_12m is 'An earlier description.'")
        con.execute("comment on column features.beta_12m is 'An earlier description.'")
    said, built = market.build()
    assert built == set()
    assert "kept: nothing changed" in said
    # What a user reads at its end.
    assert "stocks are forecast." in said
    assert "12 months: rank IC" in said
    assert "nodes were kept from the build before" in said
    assert f"{market.pointer.strip()}, " in said
    assert (market.pointer, market.models()) == before
    # A new description reaches a table that is kept.
    assert not market.project.query(
        "select 1 from duckdb_tables() where comment like 'An earlier%'"
        "union all select 1 from duckdb_columns() where comment like 'An earlier%'"
    )
    assert market.outcomes("resource_type in ('model', 'seed')") == {"kept"}
    assert market.outcomes("resource_type = 'test'") <= {"kept", "pass", "warn"}
    # Its code holds the time, among other words.
    assert market.outcomes("node like '%assert_what_differs_each_time%'") == {"pass"}
    # What published nothing is nevertheless where the dashboard finds it.
    assert market.published_history() == market.recorded_runs()


def test_a_damaged_publication_is_published_again_and_nothing_else_is_built(market):
    folder = publications_folder(market.project.warehouse)
    file = published_file(folder)
    file.write_bytes(file.read_bytes()[:100_000])
    (folder / POINTER).write_bytes(b"")
    _, built = market.build()
    # And what the build then says of it.
    assert built == {"published", "build_summary"}
    assert published_file(folder) > file
    with duckdb.connect(str(published_file(folder)), read_only=True) as con:
        assert con.sql("select count(*) > 0 from ticker_shap").fetchall() == [(True,)]
