"""One market, brought in each form that var `market` takes, gives one panel."""

import duckdb
import pytest
from conftest import PANEL

TABLES = [
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
]


def csv_folder(con, folder):
    for table in TABLES[1:]:
        con.execute(f"copy warehouse.simulated_{table} to '{folder / table}.csv' (header)")
    file = folder / f"{TABLES[0]}.csv.gz"
    con.execute(f"copy warehouse.simulated_{TABLES[0]} to '{file}' (header, compression gzip)")
    return folder


def database(con, folder):
    con.execute(f"attach '{folder / 'plain.duckdb'}' as plain")
    for table in TABLES:
        con.execute(f"create table plain.{table} as from warehouse.simulated_{table}")
    con.execute("detach plain")
    return folder / "plain.duckdb"


def loader_database(con, folder):
    con.execute(f"attach '{folder / 'loader.duckdb'}' as loader")
    con.execute("create schema loader.fundamentals")
    for table in TABLES:
        place = table.replace("fundamentals_", "fundamentals.")
        con.execute(f"create table loader.{place} as from warehouse.simulated_{table}")
    con.execute("detach loader")
    return folder / "loader.duckdb"


@pytest.mark.parametrize("form", [csv_folder, database, loader_database])
def test_each_form_of_a_market_gives_the_same_panel(form, tiny, project, tmp_path):
    with duckdb.connect() as con:
        con.execute(f"attach '{tiny.warehouse}' as warehouse (read_only)")
        market = form(con, tmp_path)
    project.run("--select", *PANEL, market=str(market))
    for table in ("features", "excess_returns"):
        rows = f"from {table} order by ticker, date"
        assert project.query(rows) == tiny.query(rows)
        assert len(tiny.query(f"from {table}")) > 1_000
    assert project.query("from rejected_rows where is_in_scope") == []
