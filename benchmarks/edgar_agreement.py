"""Compares what the SEC models make of genuine facts with a market from other sources.

    python -m benchmarks.edgar_agreement > benchmarks/results/<day>_edgar_agreement.md

Takes companyfacts.zip and company_tickers.json, as the SEC has them, from ../shared/edgar, and the
market from ../shared/market.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb

from ml.warehouse.publishing import literal

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ITEMS = ("revenue", "netinc", "ncfo", "totalAssets", "capex", "cashAndEq", "opinc")
# Filed later than this, a quarter is known from comparatives alone.
DAYS_UNTIL_FILED = 120
# Days by which two sources date the end of a quarter differently.
SAME_QUARTER = 10


def unpack(facts: Path, raw: Path) -> None:
    """Lay the SEC's files out as the loader does."""
    with zipfile.ZipFile(facts / "companyfacts.zip") as archive:
        archive.extractall(raw / "sec" / "companyfacts")
    shutil.copy(facts / "company_tickers.json", raw / "sec")


def run_models(raw: Path, folder: Path) -> Path:
    """Build the SEC models in a folder; gives the warehouse."""
    warehouse = folder / "edgar.duckdb"
    subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "--quiet", "build"),
            *("--project-dir", ROOT, "--profiles-dir", ROOT),
            *("--select", "+path:models/loading/sec", "--exclude-resource-type", "unit_test"),
            *("--vars", json.dumps({"raw_market": str(raw)})),
        ],
        env={
            **os.environ,
            "WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        check=True,
    )
    return warehouse


def compare(warehouse: Path, market: Path) -> duckdb.DuckDBPyConnection:
    """Put each quarter beside the market's: tables `compared`, `years` and `filings`."""
    con = duckdb.connect()
    con.execute(f"attach {literal(str(warehouse))} as edgar (read_only)")
    con.execute(f"""
        create table theirs as
        select ticker, date, year, quarter, dataCode as item, value, filing_date
        from {literal(str(market / "fundamentals_statements.parquet"))}
        where value is not null
    """)
    con.execute("""
        create table ours as
        select
            ticker, date, quarter = 0 as is_annual, any_value(year) as year, dataCode as item,
            min(filing_date) as filed, arg_min(value, filing_date) as first_value,
            arg_max(value, filing_date) as last_value
        from edgar.main.sec_fundamentals_statements
        group by all
    """)
    con.execute(f"""
        create table compared as
        select
            ours.ticker, ours.date, ours.item, ours.filed, ours.first_value, ours.last_value,
            theirs.value, theirs.year, theirs.quarter,
            ours.item in ('totalAssets', 'cashAndEq') as is_balance,
            ours.filed - ours.date <= {DAYS_UNTIL_FILED} as is_in_time,
            abs(ours.first_value - theirs.value) <= 0.01 * abs(theirs.value) as agrees,
            abs(ours.last_value - theirs.value) <= 0.01 * abs(theirs.value) as agrees_restated
        from ours
        inner join theirs
            on ours.ticker = theirs.ticker and ours.item = theirs.item
            and theirs.quarter > 0 and not ours.is_annual
            and abs(ours.date - theirs.date) <= {SAME_QUARTER}
    """)
    # A year as filed is nobody's sum.
    con.execute("""
        create table years as
        with sums as (
            select
                ticker, item, year, max(date) as date, sum(first_value) as our_sum,
                sum(value) as their_sum
            from compared
            where not is_balance
            group by all
            having count(*) = 4
        )
        select
            sums.*, ours.first_value as as_filed,
            abs(their_sum - as_filed) <= 0.01 * abs(as_filed) as is_their_year
        from sums
        inner join ours
            on sums.ticker = ours.ticker and sums.item = ours.item and sums.date = ours.date
            and ours.is_annual
    """)
    con.execute(f"""
        create table filings as
        select mine.*, theirs.filing_date
        from (
            select ticker, date, min(filed) as filed
            from ours
            where not is_annual
            group by all
            having min(filed) - date <= {DAYS_UNTIL_FILED}
        ) as mine
        inner join (
            select ticker, date, min(filing_date) as filing_date
            from theirs
            where quarter > 0 and filing_date is not null
            group by all
        ) as theirs
            on mine.ticker = theirs.ticker and abs(mine.date - theirs.date) <= {SAME_QUARTER}
    """)
    return con


def agreement(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """A row for each item: quarters, and shares in percent that agree."""
    return con.execute(
        """
        select
            compared.item,
            count(distinct compared.ticker) as companies,
            count(*) as quarters,
            100 * avg(agrees::int) as agree,
            count(*) filter (where is_in_time) as in_time,
            100 * avg(agrees::int) filter (where is_in_time) as agree_in_time,
            100 * avg(agrees::int)
                filter (where is_in_time and (is_their_year or is_balance)) as like_for_like,
            100 * avg(is_their_year::int) as their_years
        from compared
        left join years using (ticker, item, year)
        where list_contains($1, compared.item)
        group by compared.item
        order by list_position($1, compared.item)
        """,
        [list(ITEMS)],
    ).fetchall()


def filing_dates(con: duckdb.DuckDBPyConnection) -> tuple[int, float]:
    """Quarters with a filing date in both, and the share in percent where it is the same."""
    [(quarters, same)] = con.execute(
        "select count(*), 100 * avg((filed = filing_date)::int) from filings"
    ).fetchall()
    return quarters, same


def disagreements(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """The companies with most quarters that differ, for each item, with one of them."""
    return con.execute(
        """
        select
            item, ticker, count(*) filter (where not agrees) as differ, count(*) as quarters,
            arg_max((date, first_value / 1e6, value / 1e6), date) filter (where not agrees) as one
        from compared
        where is_in_time and list_contains($1, item)
        group by item, ticker
        having differ > 0
        order by list_position($1, item), differ desc, ticker
        """,
        [list(ITEMS)],
    ).fetchall()


def items_of_whole_file(con: duckdb.DuckDBPyConnection, ticker: str = "SNOW") -> tuple[int, list]:
    """How many items come out of a company whose facts are not cut down, and those that do not."""
    [(found, missing)] = con.execute(
        """
        select
            count(*) filter (where is_found),
            list(data_code) filter (where not is_found)
        from (
            select data_code, data_code in (select item from ours where ticker = $1) as is_found
            from edgar.main.statement_items
        )
        """,
        [ticker],
    ).fetchall()
    return found, missing


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--facts", type=Path, default=SHARED / "edgar")
    parser.add_argument("--market", type=Path, default=SHARED / "market")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        unpack(options.facts, folder / "raw")
        con = compare(run_models(folder / "raw", folder), options.market)
        print(
            "| item | companies | quarters | agree | filed in time | agree | agree, like for like |"
            " years that are the market's |\n|---|---|---|---|---|---|---|---|"
        )
        for item, companies, quarters, agree, in_time, *shares in agreement(con):
            in_time_share, like, theirs = ("" if s is None else f"{s:.1f} %" for s in shares)
            print(
                f"| {item} | {companies} | {quarters} | {agree:.1f} % | {in_time} |"
                f" {in_time_share} | {like} | {theirs} |"
            )
        quarters, same = filing_dates(con)
        print(f"\nFiling dates: the same in {same:.1f} % of {quarters} quarters.")
        found, missing = items_of_whole_file(con)
        print(f"\nItems of Snowflake: {found}; without {', '.join(missing)}.")
        print("\n| item | company | differ | of | for example, ours | the market's |")
        print("|---|---|---|---|---|---|")
        for item, ticker, differ, quarters, (date, first_value, value) in disagreements(con):
            print(
                f"| {item} | {ticker} | {differ} | {quarters} | {date}: {first_value:,.1f} m |"
                f" {value:,.1f} m |"
            )


if __name__ == "__main__":
    main()
