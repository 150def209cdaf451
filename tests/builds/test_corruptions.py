"""Copies of a part of the real market, corrupted: what is rejected, and what must not change."""

import re
from collections import Counter

import duckdb
import pytest
from conftest import PANEL, REAL_MARKET, Project
from corruptions import (
    HARMFUL,
    HARMLESS,
    TABLES,
    Corruption,
    apply,
    fill,
    full_history_stocks,
    read_market,
    stocks_of,
    write_market,
)

pytestmark = pytest.mark.skipif(
    not REAL_MARKET.is_dir(), reason="the real market is not on this machine"
)

TOUCHED = {"features": "touched", "excess_returns": "touched_labels"}


@pytest.fixture(scope="module")
def stocks():
    return full_history_stocks(REAL_MARKET, max(len(HARMLESS), len(HARMFUL)) + 4)


@pytest.fixture(scope="module")
def clean(stocks, tmp_path_factory) -> Project:
    """The panel of the market as it is."""
    return panel_of(stocks, [], tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def harmless(stocks, tmp_path_factory) -> Project:
    return panel_of(stocks, HARMLESS, tmp_path_factory.mktemp("harmless"))


@pytest.fixture(scope="module")
def harmful(stocks, tmp_path_factory) -> Project:
    return panel_of(stocks, HARMFUL, tmp_path_factory.mktemp("harmful"))


def panel_of(stocks, corruptions, folder) -> Project:
    """The panel of the market with all these corruptions, each of another stock."""
    project = Project(folder)
    with duckdb.connect() as con:
        read_market(con, REAL_MARKET, stocks)
        for corruption in corruptions:
            apply(con, corruption, stocks_of(corruptions, stocks)[corruption.name])
        market = write_market(con, folder / "market")
    project.run("--select", *PANEL, market=market)
    return project


def differing(project, other, table, columns, where) -> list[tuple]:
    """Rows that only one of the two panels has, among those that hold to `where`."""
    query = f"select {columns} from {table} where {where}"
    # Much faster than `except all` of so many columns.
    ours, others = (Counter(each.query(query)) for each in (project, other))
    return [*(ours - others).elements(), *(others - ours).elements()]


def assert_rejected(project, clean, corruption: Corruption, stock: str) -> None:
    """Rejected are these rows, beside what is rejected of the clean market."""
    rejected = (
        "select table_name, reason, key from rejected_rows"
        f" where regexp_matches(key, '{fill(corruption.key, stock)}')"
    )
    known = set(clean.query(rejected))
    found = Counter(row[:2] for row in project.query(rejected) if row not in known)
    expected = {
        where: clean_count(fill(count, stock)) if isinstance(count, str) else count
        for where, count in corruption.rejected.items()
    }
    assert found == expected


def clean_count(sql: str) -> int:
    with duckdb.connect() as con:
        for table in TABLES:
            con.execute(f"create view {table} as from '{REAL_MARKET / table}.parquet'")
        return con.sql(sql).fetchall()[0][0]


@pytest.mark.parametrize("corruption", HARMLESS, ids=lambda c: c.name)
def test_harmless_rows_are_rejected_with_their_reason(corruption, harmless, clean, stocks):
    assert_rejected(harmless, clean, corruption, stocks_of(HARMLESS, stocks)[corruption.name])


@pytest.mark.parametrize("table", ["features", "excess_returns"])
def test_harmless_corruptions_leave_the_whole_panel_identical(table, harmless, clean):
    assert clean.query(f"select count(*) > 2000 from {table}") == [(True,)]
    assert differing(harmless, clean, table, "*", "true") == []


@pytest.mark.parametrize("corruption", HARMFUL, ids=lambda c: c.name)
def test_unusable_rows_are_rejected_with_their_reason(corruption, harmful, clean, stocks):
    stock = stocks_of(HARMFUL, stocks)[corruption.name]
    assert_rejected(harmful, clean, corruption, stock)
    # What a corruption did not touch of its own stock is as it was. Ranks are
    # against other stocks, and so move with any of them.
    for table, attribute in TOUCHED.items():
        touched = fill(getattr(corruption, attribute), stock)
        columns = without_ranks(table)
        assert differing(
            harmful, clean, table, columns, f"ticker = '{stock}' and not ({touched})"
        ) == []  # fmt: skip


@pytest.mark.parametrize("table", ["features", "excess_returns"])
def test_other_stocks_keep_their_rows(table, harmful, clean, stocks):
    others = stocks[len(HARMFUL) :]
    assert len(others) >= 4
    where = f"ticker in {tuple(others)}"
    assert clean.query(f"select count(*) > 200 from {table} where {where}") == [(True,)]
    assert differing(harmful, clean, table, without_ranks(table), where) == []


def without_ranks(table: str) -> str:
    """All columns but those that depend on other stocks: ranks, and the scores made of them."""
    if table != "features":
        return "*"
    factors = "|".join(("value", "profitability", "investment", "momentum"))
    return f"columns(c -> not regexp_matches(c, '_rank$|^({factors})_score$'))"


def test_a_bad_tick_on_a_sample_date_moves_the_sample_a_day(harmful, stocks):
    stock = stocks_of(HARMFUL, stocks)["price_tick_on_a_sample_date"]
    assert harmful.query(
        f"select date::varchar from features where ticker = '{stock}'"
        " and date_trunc('month', date) = '2010-08-01'"
    ) == [("2010-08-18",)]


def test_a_stock_without_listing_leaves_the_panel(harmful, stocks):
    for name in (c.name for c in HARMFUL if c.name.startswith("stock_")):
        stock = stocks_of(HARMFUL, stocks)[name]
        assert harmful.query(f"from features where ticker = '{stock}'") == []


def test_a_lot_of_dirt_stops_the_build_before_the_panel_and_a_little_warns(harmful):
    """Of some forty stocks the harmful corruptions cost two in scope, one of them its listing."""
    said = said_by(
        harmful,
        "build",
        "--select",
        "+int_sample_dates",
        market=str(harmful.folder / "market"),
        rejected_share_error=0.03,
    )
    remedy = "correct the table, or raise var rejected_share_"
    assert re.search(
        r"table daily_adjusted: \d\.\d % of its rows \([\d,]+ of [\d,]+\) cannot be used,"
        rf" most often for the reason '[^']+': {remedy}error \(0\.03\); rejected_rows lists them",
        said,
    )
    assert "SKIP relation main.int_sample_dates" in said
    assert re.search(
        rf"table supported_tickers: [^;]+ 'unknown exchange': {remedy}warn \(0\.001\)", said
    )
    assert "Warning in test assert_hardly_any_rows_rejected" in said
    assert harmful.query("select count(*) > 10000 from rejected_rows") == [(True,)]


def said_by(project, *arguments, **settings) -> str:
    """What a build says that fails, in one line."""
    result = project.dbt(*arguments, **settings)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout
    return " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("changes", "select", "sentences"),
    [
        (
            [
                "delete from fundamentals_statements",
                "delete from fundamentals_daily",
                "update fundamentals_meta set ticker = ticker || '.US'",
                "delete from daily_adjusted where ticker = 'SPY'",
            ],
            ["+rejected_rows", "+int_benchmark"],
            [
                "daily_adjusted has no usable price of SPY",
                "table fundamentals_statements has no row that can be used: it has no rows",
                "table fundamentals_daily has no row that can be used: it has no rows",
                "table fundamentals_meta has no row that can be used: 2 rows, set aside most often"
                " for the reason 'ticker has no listing'",
            ],
        ),
        (
            ["delete from supported_tickers"],
            ["base_supported_tickers"],
            ["table supported_tickers has no stock that can be used: it has no rows"],
        ),
        (
            ["delete from daily_adjusted"],
            ["base_supported_tickers"],
            ["set aside most often for the reason 'no prices in daily_adjusted'"],
        ),
    ],
    ids=["no_fundamentals_and_no_benchmark", "no_listings", "no_prices"],
)
def test_a_market_that_lacks_a_part_is_refused_by_name(
    changes, select, sentences, stocks, project, tmp_path
):
    with duckdb.connect() as con:
        read_market(con, REAL_MARKET, stocks[:2])
        for change in changes:
            con.execute(change)
        market = write_market(con, tmp_path / "market")
    said = said_by(project, "run", "--select", *select, market=market)
    for sentence in sentences:
        assert sentence in said
