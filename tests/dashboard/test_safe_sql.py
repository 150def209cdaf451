import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dashboard import safe_sql
from dashboard.query_worker import Limits, QueryError
from dashboard.safe_sql import TURNS, run
from tests.dashboard.conftest import (
    ROOT,
    contents,
    processes,
    publish_prices,
    started_workers,
    wait_until,
    workers,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return publish_prices(tmp_path_factory.mktemp("published"))


@pytest.fixture
def unchanged(file):
    """Holds the folder of the published file against what it was before."""

    before = contents(file.parent)
    yield
    assert contents(file.parent) == before


READS = {
    "select count(*) as n from prices": 1,
    "from prices": 100,
    "from prices;": 100,
    "-- a comment\nwith a as (select 1) select * from a": 1,
    "values (1), (2)": 2,
    "describe prices": 2,
    "describe select day from prices": 1,
    "show tables": 2,
    "summarize prices": 2,
    "pragma table_info('prices')": 2,
    "explain select * from prices": 1,
    "EXPLAIN ANALYZE select * from prices": 1,
    "pivot prices on ticker in ('x') using sum(day)": 1,
    "unpivot prices on day": 100,
    "from blank": 0,
    "select 1 as a, 2 as a": 1,
    "from test_all_types()": 3,
}


@pytest.mark.parametrize("sql", READS)
def test_what_reads_is_run(file, sql):
    result = run(file, sql)
    assert result.table.num_rows == READS[sql]
    assert not result.is_cut


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "sql",
    [
        "from enable_logging(storage = 'file', storage_path = '{folder}/log')",
        "from checkpoint()",
        "select write_log('x')",
    ],
)
def test_what_has_side_effects_leaves_none_on_disk(file, sql):
    run(file, sql.replace("{folder}", str(file.parent)))


def test_a_query_too_long_is_refused(file):
    with pytest.raises(QueryError, match="longer than 100,000 characters"):
        run(file, "select 1" + " " * 100_000)


def test_secrets_and_environment_of_the_server_are_not_there(file, monkeypatch):
    monkeypatch.setenv("DASHBOARD_PASSWORD", "open sesame")
    monkeypatch.setenv("S3_SECRET", "open sesame")
    with pytest.raises(QueryError, match="settings of DuckDB are not told"):
        run(file, "select * from duckdb_settings() where value like '%sesame%'")
    assert run(file, "from duckdb_secrets()").table.num_rows == 0
    assert os.environ["DASHBOARD_PASSWORD"] == "open sesame"


def test_rows_beyond_the_limit_are_cut(file):
    result = run(file, "from range(10_000_000_000)", Limits(rows=3000))
    assert result.table.num_rows == 3000
    assert result.is_cut
    assert not run(file, "from range(3000)", Limits(rows=3000)).is_cut


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(10_000_000_000) a, range(10_000_000) b",
        "with recursive t(a) as (select 1 union all select a + 1 from t) select max(a) from t",
    ],
)
def test_a_query_that_takes_too_long_is_stopped(file, sql):
    start = time.monotonic()
    with pytest.raises(QueryError, match="stopped after 1 seconds"):
        run(file, sql, Limits(seconds=1))
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "sql",
    [
        "select list(range) from range(1_000_000_000)",
        "select range(4_000_000_000)",
        "select length(repeat('x', 2_000_000_000))",
        "select list_sort(range(500_000_000))",
        "select repeat('x', 100_000_000) from range(100)",
        "from range(1_000_000_000) order by hash(range)",
    ],
)
def test_a_query_that_needs_too_much_memory_is_stopped(file, sql):
    with pytest.raises(QueryError, match=r"more than 0\.2 GB of memory|larger than 32 MB"):
        run(file, sql, Limits(memory=200_000_000))


def test_a_result_too_large_to_send_is_refused(file):
    with pytest.raises(QueryError, match="larger than 1 MB"):
        run(file, "select repeat('x', 2_000_000) as a", Limits(result_bytes=1_000_000))


def test_a_file_that_is_gone_or_damaged_is_said_to_be(file, tmp_path):
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_text("no database")
    for path in [damaged, tmp_path / "missing.duckdb"]:
        with pytest.raises(QueryError, match="replaced or cannot be read"):
            run(path, "select 1")


def test_two_visitors_do_not_stop_each_other(file):
    refused = []

    def never_ends():
        try:
            run(file, "select count(*) from range(10_000_000_000) a, range(9) b", Limits(seconds=2))
        except QueryError as error:
            refused.append(str(error))

    visitor = threading.Thread(target=never_ends)
    visitor.start()
    for _ in range(3):
        assert run(file, "from prices").table.num_rows == 100
    visitor.join()
    assert "stopped after 2 seconds" in refused[0]


def test_nested_results_cost_the_dashboard_nothing(file):
    # Each cell is small for DuckDB, and 100 MB as text.
    sql = """select list_transform(range(1000), lambda x:
        from_json('{}', '{"' || repeat('K', 100000) || '":"BOOLEAN"}')) as a from range(10000)"""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(QueryError, match=r"stopped after 2 seconds|memory|larger than"):
        run(file, sql, Limits(seconds=2))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50_000  # kB


def test_a_result_is_flat_and_its_cells_are_cut(file):
    sql = """select range(2000) as nested, repeat('é', 2000) as text, 'abc'::blob as bytes,
        interval 1 day as span, 'x'::enum('x', 'y') as kind, null::integer[] as nothing"""
    table = run(file, sql, Limits(cell=50)).table
    assert {str(kind) for kind in table.schema.types} == {"string"}
    [row] = table.to_pylist()
    assert row["nested"] == str(list(range(2000)))[:50] + "…"
    assert row["text"] == "é" * 50 + "…"
    assert row["bytes"] == "3 bytes"
    assert (row["kind"], row["nothing"]) == ("x", None)
    assert run(file, f'select 1 as "{"n" * 1000}"').table.column_names == ["n" * 200]
    columns = ", ".join(str(number) for number in range(1001))
    with pytest.raises(QueryError, match="more than 1,000 columns"):
        run(file, f"select {columns}")


@pytest.mark.parametrize(
    "sql",
    [
        "from duckdb_databases()",
        "pragma database_list",
        "show databases",
        "select path from query('from duckdb_' || 'databases()')",
        "select * from prices where (select min(path) from duckdb_databases()) > 'a'",
        "summarize from duckdb_databases()",
        "from duckdb_settings()",
        "from repeat(current_setting('allowed_paths'), 1)",
        "from \"query\" /* a */ ('from repeat(current_' || 'setting(''allowed_paths''), 1)')",
        "explain select current_setting('allowed_paths')",
    ],
)
def test_where_the_file_lies_is_not_told(file, sql):
    with pytest.raises(QueryError, match="Databases and settings of DuckDB are not told"):
        run(file, sql)


ENDLESS = "select count(*) from range(10_000_000_000) a, range(9) b"


def test_a_query_that_is_not_wanted_any_more_ends_at_once(file):
    start = time.monotonic()

    def leave() -> None:
        if time.monotonic() - start > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(file, ENDLESS, wanted=leave)
    assert time.monotonic() - start < 3
    assert not workers(os.getpid())


def test_what_counts_is_the_cpu_that_a_query_takes(file, monkeypatch):
    with pytest.raises(QueryError, match="stopped after 2 seconds"):
        run(file, ENDLESS, Limits(seconds=2), "hog")
    # A process that starts takes more CPU than a small query, which pays nothing for it.
    monkeypatch.setattr(safe_sql.SPARE, "take", safe_sql._start)
    run(file, "select 2", visitor="honest")
    had = {}
    for visitor in ("hog", "honest"):
        with TURNS.take(visitor, 1, lambda: None) as turn:
            had[visitor] = turn.had
    assert had["hog"] > 0.2
    assert had["honest"] < 0.2


def test_whoever_has_had_much_is_nicer_than_others(file, monkeypatch):
    niceness = []

    def look() -> None:
        niceness.extend(os.getpriority(os.PRIO_PROCESS, one) for one in workers(os.getpid()))

    for visitor, had in [("modest", 0.0), ("greedy", 10.0)]:
        with TURNS.take(visitor, 1, look) as turn:
            turn.spent = had
        with pytest.raises(QueryError):
            run(file, ENDLESS, Limits(seconds=2), visitor, look)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert {each - own for each in niceness} == {10, 19 - own}


def test_no_process_outlives_a_dashboard_that_is_killed(file):
    program = f"from dashboard.safe_sql import run; run({str(file)!r}, {ENDLESS!r})"
    dashboard = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    wait_until(lambda: workers(dashboard.pid))
    both = started_workers(dashboard.pid)
    assert len(both) == 2  # of the query, and of the one to come
    dashboard.kill()
    dashboard.wait()
    wait_until(lambda: not both & processes("-f", "query_worker.py"))


def test_the_process_of_the_next_query_has_started(file):
    run(file, "select 1", visitor="new")
    [waiting] = started_workers(os.getpid())
    run(file, "select 1", visitor="new")
    assert waiting not in started_workers(os.getpid())
    [waiting] = started_workers(os.getpid())
    os.kill(waiting, signal.SIGKILL)
    os.waitid(os.P_PID, waiting, os.WEXITED | os.WNOWAIT)
    assert run(file, "select 2", visitor="new").table.num_rows == 1
