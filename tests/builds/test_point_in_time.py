"""Nothing later reaches the panel: not later data, and not the units that later splits set."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import REAL_MARKET, Project, needs_real_market

TABLES = [
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
]
PANEL = ("--select", "+features", "+excess_returns")

# What is known on the day stays; of what comes later a seventh is lost, and the rest is noise.
NOISE = "(0.2 + hash(ticker, date) % 1000 / 400.0)"
LOST = "hash(date, ticker) % 7 = 0"
KNOWN_FROM = "coalesce(filing_date, date + if(quarter between 1 and 3, 45, 90))"
LATER = {
    "daily_adjusted": f"""
        select * from {{table}} where date <= '{{day}}'
        union all
        select * replace (
            close * {NOISE} as close,
            adjClose * {NOISE} as adjClose,
            adjVolume * {NOISE} as adjVolume
        )
        from {{table}} where date > '{{day}}' and not ({LOST})
        """,
    "supported_tickers": """
        select * replace (
            least(endDate, date '{day}' + cast(hash(ticker) % 500 as integer)) as endDate
        )
        from {table}
        """,
    "fundamentals_statements": f"""
        select * from {{table}} where {KNOWN_FROM} <= '{{day}}'
        union all
        select * replace (
            value * {NOISE} as value,
            if(filing_date is null, null, filing_date + 9) as filing_date
        )
        from {{table}} where {KNOWN_FROM} > '{{day}}' and not ({LOST})
        union all
        select * replace (value * {NOISE} as value, date '{{day}}' + 1 as filing_date)
        from {{table}} where {KNOWN_FROM} <= '{{day}}' and {LOST}
        """,
    "fundamentals_daily": f"""
        select * from {{table}} where date <= '{{day}}'
        union all
        select * replace (
            marketCap * {NOISE} as marketCap,
            enterpriseVal * {NOISE} as enterpriseVal,
            peRatio * {NOISE} as peRatio,
            pbRatio * {NOISE} as pbRatio,
            trailingPEG1Y * {NOISE} as trailingPEG1Y
        )
        from {{table}} where date > '{{day}}' and not ({LOST})
        """,
    "fundamentals_meta": """
        select * replace (
            false as isActive,
            date '2000-01-01' as statementLastUpdated,
            date '2000-01-01' as dailyLastUpdated
        )
        from {table}
        """,
}


@dataclass
class Market:
    """A market as a folder of parquet files, and a project that has built its panel."""

    folder: Path
    project: Project
    day: str

    def changed(self, folder: Path, changes: dict[str, str]) -> Project:
        """The panel of this market after `changes`: a query for each changed table."""
        (folder / "market").mkdir()
        with duckdb.connect() as con:
            for table in TABLES:
                file = f"'{self.folder / table}.parquet'"
                query = changes.get(table, "from {table}").format(table=file, day=self.day)
                con.execute(f"copy ({query}) to '{folder / 'market' / table}.parquet'")
        project = Project(folder)
        project.run(*PANEL, market=str(folder / "market"))
        return project


@pytest.fixture(scope="module")
def simulated(tiny, tmp_path_factory) -> Market:
    folder = tmp_path_factory.mktemp("simulated")
    with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
        for table in TABLES:
            con.execute(f"copy simulated_{table} to '{folder / table}.parquet'")
    return Market(folder, tiny, "2019-05-17")


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Market:
    """Every eighth stock of the real market."""
    folder = tmp_path_factory.mktemp("real")
    with duckdb.connect() as con:
        for table in TABLES:
            con.execute(
                f"copy (from '{REAL_MARKET / table}.parquet' where ticker = 'SPY' "
                f"or md5_number_lower(ticker) % 8 = 0) to '{folder / table}.parquet'"
            )
    project = Project(tmp_path_factory.mktemp("real_project"))
    project.run(*PANEL, market=str(folder))
    return Market(folder, project, "2013-11-18")


@pytest.fixture(params=["simulated", pytest.param("real", marks=needs_real_market)])
def market(request) -> Market:
    return request.getfixturevalue(request.param)


def test_what_comes_later_changes_nothing(market, tmp_path):
    changed = market.changed(tmp_path, LATER)
    known = f"from features where date <= '{market.day}' order by all"
    assert len(market.project.query(f"from features where date = '{market.day}'")) > 20
    assert changed.query(known) == market.project.query(known)
    for months in (6, 12, 24, 36):
        closed = (
            f"select ticker, date, excess_return_ln_{months}m from excess_returns "
            f"where date + interval {months} months <= '{market.day}' order by all"
        )
        assert len(market.project.query(closed)) > 300
        assert changed.query(closed) == market.project.query(closed)
    later = f"from features where date > '{market.day}' order by all"
    assert changed.query(later) != market.project.query(later)


def test_the_units_of_adjusted_prices_and_volumes_change_nothing(market, tmp_path):
    [(stock,)] = market.project.query(
        "select ticker from features group by ticker order by count(*) desc, ticker limit 1"
    )
    changed = market.changed(
        tmp_path,
        {
            "daily_adjusted": f"""
                select * replace (
                    adjClose * if(ticker = '{stock}', 0.037, 1) as adjClose,
                    adjVolume * if(ticker = '{stock}', 640.0, 1) as adjVolume
                )
                from {{table}}
                """
        },
    )
    for table in ("features", "excess_returns"):
        ours = f"from {table} where ticker = '{stock}' order by date"
        assert len(market.project.query(ours)) > 40
        for before, after in zip(market.project.query(ours), changed.query(ours), strict=True):
            assert after == tuple(
                pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value
                for value in before
            )
        others = f"from {table} where ticker <> '{stock}' order by all"
        assert changed.query(others) == market.project.query(others)
