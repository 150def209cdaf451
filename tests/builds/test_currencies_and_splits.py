"""Companies that report in another currency, and moves of the close that are no splits."""

import importlib.util

import duckdb
import pytest
from conftest import CASES, PANEL, Project, needs_cases

pytestmark = needs_cases

# Each week's rate until May 2015; ABT's euros are worth 1.25 USD.
RATES = """
    select 'eur' as currency, unnest(range(date '2012-01-06', date '2015-05-09', interval 7 days))
        as date, 1.25 as usd_per_unit
"""
ACROSS = ["sales_yield", "book_to_market", "earnings_yield", "ev_to_sales", "ev_to_ebitda"]
WITHIN = ["asset_productivity", "return_on_assets", "net_margin"]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Project, str]:
    """AIG reports in Taiwan dollars, ABT in euros.

    AKAM spins off 30 %, AES pays a special dividend of 12 %, and only AEP splits, two for one.

    Returns:
        The project, built, and what dbt said.
    """
    folder = tmp_path_factory.mktemp("currencies")
    spec = importlib.util.spec_from_file_location("cases", CASES)
    cases = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cases)
    con = cases.base()
    cases.foreign_currency(con)
    cases.spin_off(con)
    con.execute(
        "update fundamentals_statements set value = (value::double * 0.8)::varchar"
        " where ticker = 'ABT' and statementType <> 'overview' and dataCode not like '%shares%'"
    )
    con.execute("update fundamentals_meta set reportingCurrency = ' Eur ' where ticker = 'ABT'")
    con.execute(
        "update daily_adjusted set close = (close::double * 2)::varchar"
        " where ticker = 'AEP' and date < '2013-06-03'"
    )
    con.execute(
        "update fundamentals_statements set value = (value::double / 2)::varchar"
        " where ticker = 'AEP' and dataCode = 'sharesBasic' and date < '2013-06-03'"
    )
    cases.write(con, folder / "market")
    duckdb.execute(f"copy ({RATES}) to '{folder / 'market' / 'exchange_rates.csv'}' (header)")
    project = Project(folder)
    built = project.dbt("build", "--select", *PANEL, market=str(folder / "market"))
    assert built.returncode == 0, built.stdout[-5000:]
    return project, " ".join(built.stdout.split())


@pytest.fixture
def panel(built) -> Project:
    return built[0]


def features(panel: Project, ticker: str, date: str, names: list[str]) -> list[float | None]:
    [row] = panel.query(
        f"select {', '.join(names)} from features where ticker = '{ticker}' and date = '{date}'"
    )
    return list(row)


def test_no_ratio_across_currencies_without_a_rate(panel):
    assert features(panel, "AIG", "2014-11-17", ACROSS) == [None] * len(ACROSS)
    assert None not in features(panel, "AIG", "2014-11-17", [*WITHIN, "market_cap", "pb_ratio"])


def test_a_rate_converts_market_value(panel):
    # Revenue of 21,553,942,000 USD in four quarters, market value of 142,943,000,000 USD.
    [sales_yield] = features(panel, "ABT", "2014-11-17", ["sales_yield"])
    assert sales_yield == pytest.approx(21_553_942_000 / 142_943_000_000)
    # The last rate is ten days old in May 2015, and three months in August.
    assert None not in features(panel, "ABT", "2015-05-18", ["sales_yield", "ev_to_sales"])
    assert features(panel, "ABT", "2015-08-17", ["sales_yield", "ev_to_sales"]) == [None, None]


def test_one_warning_counts_the_companies(built):
    _, said = built
    assert (
        "2 companies report in another currency than USD (EUR: 1, TWD: 1): their ratios of "
        "statements and market value are null where table exchange_rates has no rate of the last "
        "14 days"
    ) in said


def test_a_split_is_what_moves_the_share_count(panel):
    splits = panel.query("select ticker, cast(date as varchar), shares_per_share from int_splits")
    assert splits == [("AEP", "2013-06-03", 2)]
    shares = {
        "AKAM": (177_306_488, 178_158_848),
        "AES": (747_996_061, 741_577_577),
        "AEP": (484_902_556, 486_772_596),
    }
    for ticker, (year_ago, now) in shares.items():
        [growth] = features(panel, ticker, "2013-08-19", ["share_growth"])
        assert growth == pytest.approx(now / year_ago - 1)
    assert features(panel, "AKAM", "2014-05-19", ["piotroski_score"]) == [8]
