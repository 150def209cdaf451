"""`dbt source freshness` on one's own data, in each form that it may have."""

import re
from datetime import date, timedelta
from pathlib import Path

import duckdb

TODAY = date.today()
COLUMNS = {
    "daily_adjusted": "'A' as ticker, {day} as date, 1.0 as close, 1.0 as adjClose,"
    " 1.0 as adjVolume",
    "supported_tickers": "'A' as ticker, 'NYSE' as exchange, 'Stock' as assetType,"
    " 'USD' as priceCurrency, {day} as startDate, {day} as endDate",
    "fundamentals_statements": "'A' as ticker, {day} as date, 2026 as year, 1 as quarter,"
    " 'overview' as statementType, 'roe' as dataCode, 1.0 as value",
    "fundamentals_daily": "'A' as ticker, {day} as date, 1.0 as marketCap, 1.0 as enterpriseVal,"
    " 1.0 as peRatio, 1.0 as pbRatio, 1.0 as trailingPEG1Y",
    "fundamentals_meta": "'X' as permaTicker, 'A' as ticker, 'A' as name, true as isActive,"
    " false as isADR, 's' as sector, 'i' as industry, 1 as sicCode, 's' as sicSector,"
    " 's' as sicIndustry, 'usd' as reportingCurrency, 'l' as location, 'w' as companyWebsite,"
    " 'w' as secFilingWebsite, {day} as statementLastUpdated, {day} as dailyLastUpdated",
}


def write(folder: Path, form: str, newest: date) -> str:
    """A market of two rows a table, one of them of a day that is far in the future."""
    market = folder / "market.duckdb" if form == "duckdb" else folder
    with duckdb.connect(str(market) if form == "duckdb" else ":memory:") as con:
        for table, columns in COLUMNS.items():
            rows = " union all ".join(
                "select " + columns.format(day=f"date '{day}'") for day in (newest, "2999-12-31")
            )
            con.execute(f"create table {table} as {rows}")
            if form != "duckdb":
                con.execute(f"copy {table} to '{folder / table}.{form}'")
    return str(market)


def freshness(project, **settings) -> tuple[int, dict[str, str], str]:
    """Exit code, the outcome of each table, and what dbt said."""
    result = project.dbt("source", "freshness", **settings)
    outcomes = re.findall(r"of 5 (PASS|WARN|ERROR STALE) .*of market\.(\w+)", result.stdout)
    return result.returncode, {table: word for word, table in outcomes}, result.stdout


def test_prices_of_ten_days_ago_warn_and_statements_do_not(project, tmp_path):
    newest = TODAY - timedelta(days=10)
    code, outcomes, said = freshness(project, market=write(tmp_path, "csv", newest))
    assert code == 0
    assert outcomes == {**dict.fromkeys(COLUMNS, "WARN"), "fundamentals_statements": "PASS"}
    assert f"daily_adjusted: newest day {newest}" in said


def test_it_says_when_the_data_were_loaded(project, tmp_path):
    market = write(tmp_path, "parquet", TODAY)
    duckdb.sql("select 'tiingo' as vendor, '2026-11-27 06:30:00' as loaded_at").write_parquet(
        f"{tmp_path}/market_loads.parquet"
    )
    code, outcomes, said = freshness(project, market=market)
    assert code == 0
    assert outcomes == dict.fromkeys(COLUMNS, "PASS")
    assert f"daily_adjusted: newest day {TODAY}, loaded 2026-11-27 06:30:00 UTC" in said


def test_old_data_fail(project, tmp_path):
    code, outcomes, _ = freshness(project, market=write(tmp_path, "duckdb", date(2015, 6, 30)))
    assert code == 1
    assert outcomes == dict.fromkeys(COLUMNS, "ERROR STALE")


def test_age_counts_from_the_cutoff_date(project, tmp_path):
    market = write(tmp_path, "parquet", date(2015, 6, 30))
    code, outcomes, _ = freshness(project, market=market, cutoff_date="2015-07-01")
    assert code == 0
    assert outcomes == dict.fromkeys(COLUMNS, "PASS")


def test_the_built_in_market_is_refused(project):
    code, _, said = freshness(project)
    assert code != 0
    assert "the built-in market is made by each build and cannot be stale" in said
