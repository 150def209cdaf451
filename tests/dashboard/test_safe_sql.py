import hashlib
import os
import threading
import time
from pathlib import Path

import duckdb
import pytest

from dashboard.safe_sql import Limits, QueryError, run


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """A published file, with another one beside it."""
    folder = tmp_path_factory.mktemp("published")
    for name in ["this", "other"]:
        with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
            con.execute("create table prices as select range as day, 'x' as ticker from range(100)")
            con.execute("create table blank (a integer)")
    return folder / "this.duckdb"


@pytest.fixture
def unchanged(file):
    """Holds the folder of the published file against what it was before."""

    def folder() -> dict[str, str]:
        return {
            found.name: hashlib.sha256(found.read_bytes()).hexdigest()
            for found in file.parent.iterdir()
        }

    before = folder()
    yield
    assert folder() == before


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


CHANGE = "The published data cannot be changed"
SETTINGS = "Settings are fixed"
FILES = "Files, folders and the network are out of reach"
EXPLAIN = "EXPLAIN and EXPLAIN ANALYZE stand directly before one SELECT"
UNKNOWN = "DuckDB does not understand the query, or cannot run it"
FORBIDDEN = {
    # changes
    "create table t (a int)": CHANGE,
    "create temp table t as select 1": CHANGE,
    "create or replace view v as select 1": CHANGE,
    "create macro f() as 1": CHANGE,
    "create type t as enum ('a')": CHANGE,
    "create secret (type s3)": CHANGE,
    "create schema s": CHANGE,
    "insert into prices values (1, 'y')": CHANGE,
    "insert into prices values (1, 'y') returning *": CHANGE,
    "update prices set day = 0": CHANGE,
    "delete from prices": CHANGE,
    "truncate prices": CHANGE,
    "drop table prices": CHANGE,
    "alter table prices add column b int": CHANGE,
    "comment on table prices is 'x'": CHANGE,
    "merge into prices using blank on (day = a) when matched then delete": CHANGE,
    "vacuum": CHANGE,
    "analyze": CHANGE,
    "begin": "nothing to commit",
    "commit": "nothing to commit",
    # other databases, files, network
    "attach 'other.duckdb'": "ATTACH would open another file",
    "attach ':memory:' as m": "ATTACH would open another file",
    "detach this": "cannot be detached",
    "use memory": SETTINGS,
    "copy prices to '{folder}/a.csv'": "COPY reads or writes files",
    "copy prices from '/etc/passwd'": "COPY reads or writes files",
    "copy from database this to other": "One query at a time",
    "export database '{folder}/out'": "EXPORT writes files",
    "import database '{folder}/out'": FILES,
    "from read_csv('/etc/passwd')": FILES,
    "select content from read_text('/etc/passwd')": FILES,
    "from read_blob('{folder}/other.duckdb')": FILES,
    "from read_duckdb('{folder}/other.duckdb')": FILES,
    "from read_json('/proc/self/environ')": FILES,
    "from read_ndjson_objects('/proc/self/environ')": FILES,
    "from parquet_metadata('/etc/passwd')": FILES,
    "from sniff_csv('/etc/passwd')": FILES,
    "from glob('{folder}/*')": FILES,
    "from 'file.parquet'": FILES,
    "from 'file.csv'": FILES,
    "from '{folder}/other.duckdb'": FILES,
    "from '/etc/passwd'": UNKNOWN,
    "from 'http://127.0.0.1/x.parquet'": FILES,
    "from read_csv('https://127.0.0.1/x.csv')": FILES,
    "from read_parquet('s3://bucket/x.parquet')": FILES,
    "from query('from read_text(''/etc/passwd'')')": FILES,
    "from duckdb_extensions()": FILES,
    "select (select content from read_text('/etc/passwd'))": FILES,
    "explain analyze select * from read_text('/etc/passwd')": FILES,
    # extensions and settings
    "install httpfs": "Extensions cannot be installed",
    "load httpfs": "Extensions cannot be installed",
    "from sql_auto_complete('sel')": "none can be loaded",
    "set threads = 64": SETTINGS,
    "set enable_external_access = true": SETTINGS,
    "set lock_configuration = false": SETTINGS,
    "set variable a = 1": SETTINGS,
    "reset memory_limit": SETTINGS,
    "pragma memory_limit = '64GB'": SETTINGS,
    "pragma enable_profiling": "PRAGMA changes settings",
    "call enable_logging()": "CALL runs procedures",
    "checkpoint": "CALL runs procedures",
    "prepare p as select 1": "Prepared statements",
    "execute p": "Prepared statements",
    # environment, memory of the process
    "select getenv('HOME')": UNKNOWN,
    "from limits": UNKNOWN,
    "from arrow_scan(1, 2, 3)": UNKNOWN,
    "from pandas_scan(1)": UNKNOWN,
    "select nextval('s')": UNKNOWN,
    # hidden behind something that is allowed
    "select 1; drop table prices": "One query at a time",
    "select 1; select 2": "One query at a time",
    "pivot prices on ticker using sum(day)": "A PIVOT needs its columns listed",
    "explain analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze copy prices to '{folder}/this.duckdb'": EXPLAIN,
    "explain/**/analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze/**/copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain (analyze) copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "-- x\nexplain analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze insert into prices values (1, 'y')": EXPLAIN,
    "explain analyze create temp table t as select 1": EXPLAIN,
    "explain analyze set threads = 64": EXPLAIN,
    "explain explain analyze delete from prices": UNKNOWN,
    "with x as (insert into prices values (1, 'y') returning *) from x": UNKNOWN,
    "from query('drop table prices')": UNKNOWN,
    "select json_execute_serialized_sql('drop table prices')": UNKNOWN,
    # nothing
    "": "There is no query",
    "-- only a comment": "There is no query",
    ";": "There is no query",
    "selec 1": UNKNOWN,
    "select \x00": UNKNOWN,
    "select 1" + " " * 100_000: "longer than 100,000 characters",
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("sql", FORBIDDEN, ids=lambda sql: sql[:60].replace("\x00", "NUL"))
def test_what_is_forbidden_is_refused_with_a_reason(file, sql):
    with pytest.raises(QueryError, match=FORBIDDEN[sql]):
        run(file, sql.replace("{folder}", str(file.parent)))


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


def test_secrets_and_environment_of_the_server_are_not_there(file, monkeypatch):
    monkeypatch.setenv("DASHBOARD_PASSWORD", "open sesame")
    monkeypatch.setenv("S3_SECRET", "open sesame")
    found = run(file, "select * from duckdb_settings() where value like '%sesame%'")
    assert found.table.num_rows == 0
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
    with pytest.raises(QueryError, match=r"more than 0\.2 GB of memory|larger than 64 MB"):
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
