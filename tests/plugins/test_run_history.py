import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.utils import TargetConfig, TargetLocation

from dashboard.build_history import summary_of_runs
from ml.warehouse.publishing import HISTORY_FILE, POINTER, publications_folder
from plugins.run_history import Plugin, record
from tests.builds.conftest import ROOT

BEGAN = datetime(2026, 1, 1, 12)


def result(name: str, begins: float, ends: float, status: str = "success", **about) -> object:
    """As dbt hands it to on-run-end hooks; times in seconds since BEGAN."""
    node = {
        "unique_id": f"model.stock_forecasts.{name}",
        "resource_type": "model",
        "original_file_path": f"models/panel/{name}.sql",
        "relation_name": f'"warehouse"."main"."{name}"',
        "config": SimpleNamespace(materialized="table"),
    }
    phases = [("compile", begins, begins), ("execute", begins, ends)] if ends else []
    return SimpleNamespace(
        node=SimpleNamespace(**{**node, **about}),
        status=status,
        message=None,
        failures=None,
        timing=[
            SimpleNamespace(
                name=phase,
                started_at=BEGAN + timedelta(seconds=start),
                completed_at=BEGAN + timedelta(seconds=end),
            )
            for phase, start, end in phases
        ],
    )


@pytest.fixture
def con(tmp_path):
    """A warehouse with the table and the view of the project, and a folder of publications."""
    con = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    create = (ROOT / "macros" / "engine" / "run_history" / "create_recorded_nodes.sql").read_text()
    columns = ", ".join(" ".join(pair) for pair in re.findall("'(.*)': '(.*)'", create))
    con.execute(f"create table recorded_nodes ({columns})")
    view = (ROOT / "models" / "mlops" / "run_history.sql").read_text()
    con.execute(
        "create view run_history as " + view.replace("{{ recorded_nodes() }}", "recorded_nodes")
    )
    folder = publications_folder(tmp_path / "warehouse.duckdb")
    folder.mkdir(parents=True)
    (folder / POINTER).write_text("20260101.duckdb\n")
    yield con
    con.close()


def record_run(con, number: int, *results, kept=(), runs_kept=100, **run) -> None:
    about = {
        "invocation_id": str(number),
        "invoked_at": BEGAN + timedelta(hours=number),
        "command": "dbt build",
        "vars": {"cutoff_date": date(2026, 1, 1)},
        "dbt_version": "1.11",
    }
    record(con, {**about, **run}, results, kept, runs_kept)


def test_nodes_that_run_at_once_share_the_time(con):
    record_run(
        con, 1, result("a", 0, 10), result("b", 0, 4), result("c", 8, 9), result("d", 12, 13)
    )
    shares = con.sql("select node[-1], wall_seconds from run_history order by all").fetchall()
    assert shares == [("a", 7.5), ("b", 2.0), ("c", 0.5), ("d", 1.0)]


def test_kept_failed_and_skipped_are_told_apart(con):
    kept = result("kept", 0, 1)
    nodes = [kept, result("failed", 1, 2, "error"), result("skipped", 0, 0, "skipped")]
    record_run(con, 1, *nodes, kept=[kept.node.unique_id])
    assert con.sql("select status, started_at is null from run_history").fetchall() == [
        ("kept", False),
        ("error", False),
        ("skipped", True),
    ]
    [run] = summary_of_runs(con.sql("from run_history").pl()).rows(named=True)
    assert (run["outcome"], run["kept"], run["built"]) == ("failed", 1, 0)


def test_rows_are_counted_exactly(con):
    changed = SimpleNamespace(materialized="incremental")
    con.execute("create table made as from range(10)")
    con.execute("create table changed as from range(10)")
    con.execute("delete from changed where range < 3")
    nodes = [
        result("made", 0, 1),
        result("changed", 0, 1, config=changed),
        result("run_history", 0, 1),
        result("made_before", 0, 1, "error", relation_name='"warehouse"."main"."made"'),
    ]
    record_run(con, 1, *nodes)
    counts = con.sql("select row_count from run_history").fetchall()
    assert counts == [(10,), (7,), (None,), (None,)]


def test_only_the_newest_runs_stay(con):
    for number in range(1, 5):
        record_run(con, number, result("a", 0, 1), result("b", 0, 1), runs_kept=3)
    runs = con.sql("select distinct invocation_id from run_history order by all").fetchall()
    assert runs == [("2",), ("3",), ("4",)]


def test_the_run_recorded_last_stays_though_the_clock_went_back(con):
    for number in (5, 6, 7, 1):
        record_run(con, number, result("a", 0, 1), runs_kept=2)
    runs = con.sql("select distinct invocation_id from run_history order by all").fetchall()
    assert runs == [("1",), ("7",)]


def test_the_file_beside_the_publications_has_every_run(con, tmp_path):
    folder = publications_folder(tmp_path / "warehouse.duckdb")
    record_run(con, 1, result("a", 0, 1))
    record_run(con, 2, result("a", 0, 1, "error"))
    file = pl.read_parquet(folder / HISTORY_FILE)
    assert file.rows() == con.sql("from run_history order by invoked_at").fetchall()
    assert sorted(path.name for path in folder.iterdir()) == [POINTER, HISTORY_FILE]


def test_a_token_is_not_written_down(con):
    address = "md:mine?motherduck_token=secret"
    record_run(
        con,
        1,
        result("it's", 0, 1),
        command=f"dbt build --vars {{market: '{address}'}}",
        vars={"market": address},
    )
    [row] = con.sql("select node, command, vars from run_history").fetchall()
    assert row[0].endswith("it's")
    assert json.loads(row[2]) == {"market": "md:mine?motherduck_token=…"}
    assert "secret" not in str(row)


PLANTED = {
    "/home/alice/data/my market": "…/my market",
    "file:///home/alice/prices.csv": "…/prices.csv",
    "C:/Users/alice/prices.csv": "…/prices.csv",
    f"{ROOT}/seeds/statement_items.csv": "./seeds/statement_items.csv",
    f"{Path.home()}/market": "~/market",
    "../shared/market": "../shared/market",
    "https://example.com/a/b": "https://example.com/a/b",
    "a token: t0ps3cret": "a token: …",
    "1/2 a / b": "1/2 a / b",
}


@pytest.mark.parametrize("text", PLANTED)
def test_no_secret_folder_or_user_is_written_down(con, monkeypatch, text):
    monkeypatch.setenv("motherduck_token", "t0ps3cret")
    failed = result("a", 0, 1, "error")
    failed.message = f'IO Error: cannot read "{text}"'
    record_run(con, 1, failed, command=f"dbt build '{text}'", vars={"market": text})
    [row] = con.sql("select message, command, vars from run_history").fetchall()
    shown = PLANTED[text]
    assert row[0] == f'IO Error: cannot read "{shown}"'
    assert row[1] == f"dbt build '{shown}'"
    assert json.loads(row[2]) == {"market": shown}


def test_a_record_that_fails_fails_no_run(con, monkeypatch):
    warnings = []
    monkeypatch.setattr(
        "plugins.run_history.AdapterLogger",
        lambda name: SimpleNamespace(warning=warnings.append),
    )
    plugin = Plugin("run_history", {}, SimpleNamespace(database="warehouse"))
    plugin.configure_connection(con)
    con.execute("alter table recorded_nodes rename to other")
    plugin.store(
        TargetConfig(
            relation=None,
            column_list=[],
            config={
                "run": {"vars": {}},
                "results": [result("a", 0, 1)],
                "kept_nodes": [],
                "runs_kept": 1,
            },
            location=TargetLocation("", ""),
        )
    )
    [warning] = warnings
    assert "run_history could not be written" in warning
    assert "recorded_nodes does not exist" in warning
