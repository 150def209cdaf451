"""One market, brought in the forms that var `market` takes, gives one panel."""

import duckdb
import pytest
from conftest import PANEL, told

TABLES = [
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
]


def folder_of_text(con, folder):
    """Each table in another form: a file a ticker, other marks and names, parts, JSON."""
    (folder / "daily_adjusted").mkdir()
    prices = "simulated_daily_adjusted"
    for [ticker] in con.sql(f"select distinct ticker from {prices}").fetchall():
        con.execute(
            f"copy (select * exclude (ticker) from {prices} where ticker = '{ticker}')"
            f" to '{folder}/daily_adjusted/{ticker}.csv.gz' (header, compression gzip)"
        )
    con.execute(
        "copy (select columns(*) as ' \\0 ' from simulated_supported_tickers)"
        f" to '{folder}/supported_tickers.csv' (delimiter ';')"
    )
    for part in (0, 1):
        con.execute(
            "copy (select columns(*)::varchar from simulated_fundamentals_statements"
            f" where year % 2 = {part}) to '{folder}/fundamentals_statements_{part}.parquet'"
        )
    con.execute(
        "copy (select * replace (date || 'T00:00:00+09:00' as date)"
        f" from simulated_fundamentals_daily) to '{folder}/fundamentals_daily.csv'"
    )
    con.execute(f"copy simulated_fundamentals_meta to '{folder}/fundamentals_meta.json'")
    return folder


def loader_database(con, folder):
    """As loaders have it: a schema for fundamentals, text and flags of other types."""
    con.execute(f"attach '{folder / 'loader.duckdb'}' as loader")
    con.execute("create schema loader.fundamentals")
    other = {
        "fundamentals_meta": "replace (sicCode::varchar as sicCode, isActive::integer as isActive,"
        " dailyLastUpdated + interval 21 hour as dailyLastUpdated)",
        "fundamentals_daily": "replace (date::timestamp as date)",
        "fundamentals_statements": "replace (value::varchar as value, quarter::double as quarter)",
    }
    for table in TABLES:
        place = table.replace("fundamentals_", "fundamentals.")
        con.execute(
            f"create table loader.{place} as select * {other.get(table, '')} from simulated_{table}"
        )
    con.execute("detach loader")
    return folder / "loader.duckdb"


@pytest.mark.parametrize("form", [folder_of_text, loader_database])
def test_each_form_of_a_market_gives_the_same_panel(form, tiny, project, tmp_path):
    with duckdb.connect() as con:
        con.execute(f"attach '{tiny.warehouse}' as warehouse (read_only)")
        con.execute("use warehouse")
        market = form(con, tmp_path)
    project.run("--select", *PANEL, market=str(market))
    for table in ("features", "excess_returns"):
        rows = f"from {table} order by ticker, date"
        assert project.query(rows) == tiny.query(rows)
        assert len(tiny.query(f"from {table}")) > 1_000
    assert project.query("from rejected_rows where is_in_scope") == []
    with duckdb.connect(str(project.warehouse), read_only=True) as con:
        assert told(con, [str(tmp_path)]) == []
