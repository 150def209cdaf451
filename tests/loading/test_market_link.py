"""A build that has begun keeps to the load that it began with."""

from pathlib import Path

import duckdb

from loading.market import _point
from plugins.market_files import find_tables

CONTRACT = {"daily_adjusted": ["ticker", "close"]}


def read(con: duckdb.DuckDBPyConnection, relation: str) -> float:
    [[close]] = con.sql(f"select close from {relation}").fetchall()
    return float(close)


def relation_of(con: duckdb.DuckDBPyConnection, market: Path) -> str:
    return find_tables(con, str(market), CONTRACT, [])["daily_adjusted"].relation


def test_a_load_that_ends_meanwhile_changes_nothing_of_a_build(tmp_path):
    for load, price in (("first", 1.0), ("second", 2.0)):
        (tmp_path / "loads" / load).mkdir(parents=True)
        duckdb.sql(f"select 'A' as ticker, {price} as close").write_parquet(
            str(tmp_path / "loads" / load / "daily_adjusted.parquet")
        )
    market = tmp_path / "market"
    _point(market, tmp_path / "loads" / "first")
    with duckdb.connect() as con:
        begun = relation_of(con, market)
        _point(market, tmp_path / "loads" / "second")
        assert read(con, begun) == 1
        assert read(con, relation_of(con, market)) == 2
