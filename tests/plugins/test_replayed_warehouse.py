import os
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment

from plugins.warehouse import attach


def merge(path: Path, number: int) -> duckdb.DuckDBPyConnection:
    """Merge into five indexed tables, as builds do, and leave the warehouse open."""
    con = duckdb.connect()
    attach(con, Attachment(path=str(path), alias="warehouse"))
    con.execute("use warehouse")
    for step in range(13 + 3 * number):
        table, rows = f"t{(step * step + number) % 5}", (step * 37 + number * 11) % 20000
        con.execute(f"create table if not exists {table} (model_id varchar, x double, bytes blob)")
        con.execute("begin")
        con.execute(
            f"create or replace table {table}_new as "
            f"select 'm' || (hash(range, {step}, {number}) % 6) as model_id, range::double as x, "
            "repeat('x', 2000)::blob as bytes from range(200)"
        )
        con.execute(
            f"delete from {table} using {table}_new as new where {table}.model_id = new.model_id"
        )
        con.execute(f"insert into {table} from {table}_new")
        con.execute("commit")
        con.execute(f'create index if not exists "{table}_index" on {table} (model_id)')
        con.execute(f"create or replace table other{step % 7} as from range({rows})")
    return con


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_indexes_are_sound_after_builds_that_were_killed(tmp_path):
    # Left as DuckDB replays them, they end the fourth build.
    path = tmp_path / "warehouse.duckdb"
    for number in range(4):
        child = os.fork()
        if not child:
            failed = True
            try:
                con = merge(path, number)
                failed = not con
            finally:
                os._exit(failed)
        assert os.waitpid(child, 0)[1] == 0
    con = duckdb.connect()
    attach(con, Attachment(path=str(path), alias="warehouse"))
    indexes = con.sql(
        "select index_name, expressions from duckdb_indexes() order by all"
    ).fetchall()
    assert indexes == [(f"t{number}_index", "[model_id]") for number in range(5)]
