"""What can be wrong with a market, one corruption a stock, and what must become of it.

Each corruption is SQL over the five input tables, all their columns being text as in a CSV file.
In it `{t}` is a stock that no other corruption touches, and `{day}` a trading day that is far from
every sample date.
"""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

TABLES = [
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
]
DAY = "2011-04-05"
SAMPLE_DATE, NEXT_DAY = "2010-08-17", "2010-08-18"

Rejected = dict[tuple[str, str], int | str]
"""Rejected rows by table and reason; a text stands for SQL that counts them in the clean market."""


@dataclass(frozen=True)
class Corruption:
    name: str
    sql: list[str]
    rejected: Rejected = field(default_factory=dict)
    key: str = r"^\s*{t}(-XX)?\s"
    """Pattern of the keys of its rejected rows."""
    touched: str = "false"
    """Rows of `features` that may differ, ranks apart."""
    touched_labels: str = "false"
    """Rows of `excess_returns` that may differ."""


def added(table: str, change: str, where: str = "ticker = '{t}' and date = '{day}'") -> list[str]:
    """One more copy of some rows, with a change."""
    return [f"insert into {table} select * replace ({change}) from {table} where {where}"]


def changed(table: str, change: str, where: str = "ticker = '{t}' and date = '{day}'") -> list[str]:
    return [f"update {table} set {change} where {where}"]


def new_ticker(listing: str) -> list[str]:
    """Another ticker, `{t}-XX`, that has the listing of `{t}`, with a change, and its prices."""
    return [
        *added("supported_tickers", f"'{{t}}-XX' as ticker, {listing}", "ticker = '{t}'"),
        *added("daily_adjusted", "'{t}-XX' as ticker", "ticker = '{t}' and date like '2011-03-%'"),
    ]


ONE_ITEM = (
    "ticker = '{t}' and date between '2011-01-01' and '2011-12-31'"
    " and quarter <> '0' and dataCode = 'totalAssets' and filing_date is not null"
)
ONE_STATEMENT = (
    "ticker = '{t}' and quarter <> '0' and dataCode = 'totalAssets' and date ="
    f" (select min(date) from fundamentals_statements where {ONE_ITEM})"
)
PRICES = "select count(*) from daily_adjusted where ticker = '{t}'"
DAILY = "select count(*) from fundamentals_daily where ticker = '{t}'"
STATEMENTS = "select count(*) from fundamentals_statements where ticker = '{t}'"
KNOWN_FROM = "coalesce(filing_date, date + if(quarter between 1 and 3, 45, 90))"
MARCH_PRICES = 23
NOT_IN_PLAN = "Field not available for free/evaluation"


def price(name: str, value: str, reason: str = "adjClose is not a positive number") -> Corruption:
    return Corruption(
        f"price_{name}",
        changed("daily_adjusted", f"adjClose = {value}"),
        {("daily_adjusted", reason): 1},
        touched="ticker = '{t}' and date > '{day}'",
    )


def added_price(name: str, change: str, reason: str, **options) -> Corruption:
    return Corruption(
        f"price_row_{name}",
        added("daily_adjusted", change),
        {("daily_adjusted", reason): 1},
        **options,
    )


def added_statement(name: str, change: str, reason: str) -> Corruption:
    return Corruption(
        f"statement_{name}",
        added("fundamentals_statements", change, ONE_STATEMENT),
        {("fundamentals_statements", reason): 1},
    )


def added_listing(name: str, change: str, reason: str) -> Corruption:
    return Corruption(
        f"listing_{name}",
        new_ticker(change),
        {
            ("supported_tickers", reason): 1,
            ("daily_adjusted", f"its listing is set aside: {reason}"): MARCH_PRICES,
        },
    )


def unread_value(table: str, column: str, value: str, fault: str | None = None) -> Corruption:
    """One value that cannot be used; its row stays."""
    where = "ticker = '{t}'" + (" and date = '{day}'" if "daily" in table else "")
    return Corruption(
        f"{table}_{column}_{value}",
        changed(table, f"{column} = '{value}'", where),
        {(table, f"{column} {fault}"): 1} if fault else {},
        key=r"\s{t}$" if table == "fundamentals_meta" else r"^{t}\s",
    )


def lost_stock(name: str, sql: str, reason: str, rows_reason: str | None = None) -> Corruption:
    """A listing that becomes unusable takes its stock along, and nothing else."""
    rows_reason = rows_reason or f"its listing is set aside: {reason}"
    return Corruption(
        f"stock_{name}",
        [sql],
        {
            **({("supported_tickers", reason): 1} if reason else {}),
            ("daily_adjusted", rows_reason): PRICES,
            ("fundamentals_daily", rows_reason): DAILY,
            ("fundamentals_statements", rows_reason): STATEMENTS,
        },
        touched="ticker = '{t}'",
        touched_labels="ticker = '{t}'",
    )


# The panel comes out identical, ranks included: only rows that do not belong are added.
HARMLESS = [
    added_price("without_ticker", "null as ticker", "no ticker", key="^{day}$"),
    added_price(
        "with_blank_ticker",
        "'  ' as ticker, '2011-04-06' as date",
        "no ticker",
        key=r"^\s+2011-04-06$",
    ),
    added_price("without_date", "null as date", "no date", key="^{t}$"),
    added_price("with_impossible_date", "'2011-02-31' as date", "no date"),
    added_price("in_the_future", "'2199-04-05' as date", "date in the future"),
    added_price("on_a_sunday", "'2011-04-03' as date", "date on a weekend"),
    added_price("twice", "date as date", "second row for its ticker and date"),
    added_price(
        "twice_with_less_volume",
        "'1' as adjVolume, '77' as adjClose",
        "second row for its ticker and date",
    ),
    added_price(
        "twice_in_lower_case",
        "lower(ticker) || ' ' as ticker, '77' as adjClose, '1' as adjVolume",
        "second row for its ticker and date",
        key=r"^{lower}\s",
    ),
    added_price("twice_with_price_zero", "'0' as adjClose", "adjClose is not a positive number"),
    Corruption(
        "ticker_in_lower_case_with_blanks",
        [
            f"update {table} set ticker = e'\\t ' || lower(ticker) || ' ' where ticker = '{{t}}'"
            for table in TABLES
        ],
    ),
    Corruption(
        "prices_without_listing",
        added("daily_adjusted", "'{t}-XX' as ticker", "ticker = '{t}' and date like '2011-03-%'"),
        {("daily_adjusted", "ticker has no listing"): MARCH_PRICES},
    ),
    Corruption(
        "fundamentals_without_listing",
        [
            *added("fundamentals_daily", "'{t}-XX' as ticker"),
            *added("fundamentals_statements", "'{t}-XX' as ticker", ONE_STATEMENT),
        ],
        {
            ("fundamentals_daily", "ticker has no listing"): 1,
            ("fundamentals_statements", "ticker has no listing"): 1,
        },
    ),
    Corruption(
        "listing_without_prices",
        added("supported_tickers", "'{t}-XX' as ticker", "ticker = '{t}'"),
        {("supported_tickers", "no prices in daily_adjusted"): 1},
    ),
    Corruption(
        "listing_without_ticker",
        added("supported_tickers", "null as ticker, 'NOWHERE' as exchange", "ticker = '{t}'"),
        {("supported_tickers", "no ticker"): 1},
        key="^NOWHERE",
    ),
    Corruption(
        "listing_twice_the_older_elsewhere",
        added("supported_tickers", "'1999-12-31' as endDate, 'OTC' as exchange", "ticker = '{t}'"),
        {("supported_tickers", "second row for its ticker"): 1},
    ),
    added_listing("of_an_etf", "'ETF' as assetType", "fund, not a stock"),
    added_listing("of_a_mutual_fund", "'mutual fund ' as assetType", "fund, not a stock"),
    added_listing("of_unknown_type", "'Crypto' as assetType", "unknown asset type"),
    added_listing("on_unknown_exchange", "'MOON' as exchange", "unknown exchange"),
    added_listing("in_yuan", "'CNY' as priceCurrency, 'SHE' as exchange", "prices are not in USD"),
    Corruption(
        "benchmark_listed_as_stock",
        changed("supported_tickers", "assetType = 'Stock'", "ticker = 'SPY'"),
    ),
    Corruption(
        "benchmark_tick",
        changed(
            "daily_adjusted",
            "adjClose = adjClose::double * 1.4",
            "ticker = 'SPY' and date = '2017-10-03'",
        ),
        {("daily_adjusted", "SPY moved further than it can in a day"): 1},
        key="^SPY 2017-10-03$",
    ),
    Corruption(
        "company_twice",
        added("fundamentals_meta", "'zzz' as sector", "ticker = '{t}'"),
        {("fundamentals_meta", "second row for its ticker"): 1},
        key=r"\s{t}$",
    ),
    Corruption(
        "company_that_had_the_ticker",
        added(
            "fundamentals_meta",
            "'0' as permaTicker, 'false' as isActive, 'Old' as sector",
            "ticker = '{t}'",
        ),
        {("fundamentals_meta", "former company of its ticker"): 1},
        key=r"^0 {t}$",
    ),
    Corruption(
        "company_without_id",
        added("fundamentals_meta", "null as permaTicker", "ticker = '{t}'"),
        {("fundamentals_meta", "no permaTicker"): 1},
        key=r"^{t}$",
    ),
    added_statement(
        "filed_before_period_end",
        "'2010-12-01' as filing_date, '1' as value",
        "filed before its period ended",
    ),
    added_statement("filed_in_the_future", "'2199-01-01' as filing_date", "date in the future"),
    added_statement("filed_on_no_date", "'soon' as filing_date", "filing_date is not a date"),
    added_statement(
        "with_value_nan", "'2012-01-10' as filing_date, 'NaN' as value", "value is not a number"
    ),
    added_statement(
        "with_value_beyond_reason",
        "'2012-01-10' as filing_date, '1e30' as value",
        "value is out of range",
    ),
    added_statement(
        "with_value_next_to_nothing",
        "'2012-01-10' as filing_date, '1e-320' as value",
        "value is out of range",
    ),
    added_statement("of_quarter_7", "'7' as quarter", "quarter is not 0 to 4"),
    added_statement("without_item", "null as dataCode", "no dataCode"),
    added_statement("without_type", "' ' as statementType", "no statementType"),
    added_statement("without_year", "'MMXI' as year", "no year"),
    added_statement("twice", "'-1' as value", "second row for its key"),
    Corruption(
        "market_value_twice",
        added("fundamentals_daily", "'1' as marketCap"),
        {("fundamentals_daily", "second row for its ticker and date"): 1},
    ),
    Corruption(
        "market_value_in_the_future",
        added("fundamentals_daily", "'2199-04-05' as date"),
        {("fundamentals_daily", "date in the future"): 1},
    ),
    unread_value("fundamentals_daily", "marketCap", "inf", "is infinite"),
    unread_value("fundamentals_daily", "marketCap", "14 248 300 000", "is not a number"),
    unread_value("fundamentals_daily", "marketCap", "-1", "is not positive"),
    unread_value("fundamentals_daily", "marketCap", "1e300", "is out of range"),
    unread_value("fundamentals_daily", "peRatio", "-1e300", "is out of range"),
    Corruption(
        "market_value_a_thousandfold_for_two_weeks",
        changed(
            "fundamentals_daily",
            "marketCap = marketCap::double * 1e3, enterpriseVal = enterpriseVal::double * 1e3",
            "ticker = '{t}' and date between '2011-04-04' and '2011-04-15'",
        ),
        {
            ("fundamentals_daily", "marketCap is out of line with those before"): 10,
            ("fundamentals_daily", "enterpriseVal is out of line with those before"): 10,
        },
    ),
    unread_value("fundamentals_daily", "enterpriseVal", "14.248.300.000", "is not a number"),
    unread_value("fundamentals_daily", "peRatio", "n/a", "is not a number"),
    unread_value("fundamentals_daily", "pbRatio", "1.2x", "is not a number"),
    unread_value("fundamentals_daily", "trailingPEG1Y", "-", "is not a number"),
    unread_value("fundamentals_daily", "trailingPEG1Y", "NaN"),
    unread_value("daily_adjusted", "close", "12.5 USD", "is not a number"),
    unread_value("supported_tickers", "startDate", "soon", "is not a date"),
    unread_value("supported_tickers", "startDate", "05-02-25", "is before 1900"),
    unread_value("supported_tickers", "endDate", "2199-01-01", "is in the future"),
    unread_value("supported_tickers", "endDate", "9999-12-31"),
    unread_value("fundamentals_meta", "isActive", "perhaps", "is not true or false"),
    unread_value("fundamentals_meta", "isActive", "1"),
    unread_value("fundamentals_meta", "isADR", "maybe", "is not true or false"),
    unread_value("fundamentals_meta", "isADR", "no"),
    Corruption(
        "sic_codes_all_but_one",
        [
            "update fundamentals_meta set sicCode = '3531' where sicCode is null",
            "update fundamentals_meta set sicCode = '35-31' where ticker = '{t}'",
        ],
        {("fundamentals_meta", "sicCode is not a whole number"): 1},
        key=r"\s{t}$",
    ),
    unread_value("fundamentals_meta", "statementLastUpdated", "31.03.2017", "is not a date"),
    unread_value("fundamentals_meta", "dailyLastUpdated", "2199-01-01", "is in the future"),
    unread_value("fundamentals_meta", "sicSector", NOT_IN_PLAN),
    unread_value("fundamentals_meta", "sicCode", NOT_IN_PLAN),
    added_price("before_1900", "'11-04-05' as date", "date before 1900"),
    added_price("before_its_listing", "'2004-04-05' as date", "before its ticker was listed"),
    added_statement("before_1900", "'11-03-31' as date", "date before 1900"),
    added_statement(
        "under_another_label",
        "(year::integer - 1)::varchar as year, '1' as value",
        "second row for its key",
    ),
    Corruption(
        "statement_items_in_capitals",
        changed(
            "fundamentals_statements",
            "dataCode = upper(dataCode), statementType = lower(statementType)",
            "ticker = '{t}'",
        ),
    ),
    Corruption(
        "market_value_before_1900",
        added("fundamentals_daily", "'11-04-05' as date"),
        {("fundamentals_daily", "date before 1900"): 1},
    ),
]

# A stock loses a row, or its listing: others come out identical but for their ranks.
HARMFUL = [
    price("zero", "'0'"),
    price("negative", "'-12.5'"),
    price("nan", "'NaN'"),
    price("infinite", "'inf'"),
    price("text", "'n/a'"),
    price("missing", "null"),
    price("next_to_nothing", "'5e-324'", "adjClose is out of range"),
    price("beyond_reason", "'1e300'", "adjClose is out of range"),
    Corruption(
        "price_a_thousandfold_for_two_days",
        changed(
            "daily_adjusted",
            "adjClose = adjClose::double * 1000",
            "ticker = '{t}' and date in ('{day}', '2011-04-06')",
        ),
        {("daily_adjusted", "far move that reverses within a month"): 2},
        touched="ticker = '{t}' and date > '{day}'",
    ),
    Corruption(
        "prices_next_to_nothing",
        changed("daily_adjusted", "adjClose = adjClose::double * 1e-20", "ticker = '{t}'"),
        {("daily_adjusted", "adjClose is out of range"): PRICES},
        touched="ticker = '{t}'",
        touched_labels="ticker = '{t}'",
    ),
    Corruption(
        "volumes_that_cannot_be",
        changed(
            "daily_adjusted",
            "adjVolume = case date when '{day}' then '-5' else '1e300' end",
            "ticker = '{t}' and date in ('{day}', '2011-04-06')",
        ),
        {
            ("daily_adjusted", "adjVolume is negative"): 1,
            ("daily_adjusted", "adjVolume is out of range"): 1,
        },
        touched="ticker = '{t}' and date > '{day}'",
    ),
    Corruption(
        "history_of_two_loads",
        added(
            "daily_adjusted",
            "(adjClose::double * 0.98)::varchar as adjClose,"
            " (adjVolume::double + (day(date::date) % 2) * 2 - 1)::varchar as adjVolume",
            "ticker = '{t}'",
        ),
        {
            ("daily_adjusted", "its ticker has two histories of prices"): (
                f"select 2 * count(*) from ({PRICES.replace('count(*)', '*')})"
            )
        },
        touched="ticker = '{t}'",
        touched_labels="ticker = '{t}'",
    ),
    price("tick_tenfold", "adjClose::double * 10", "one-day move that reverses"),
    price("tick_hundredth", "adjClose::double / 100", "one-day move that reverses"),
    Corruption(
        "price_tick_on_a_sample_date",
        changed(
            "daily_adjusted",
            "adjClose = adjClose::double * 10",
            f"ticker = '{{t}}' and date = '{SAMPLE_DATE}'",
        ),
        {("daily_adjusted", "one-day move that reverses"): 1},
        touched=f"ticker = '{{t}}' and date >= '{SAMPLE_DATE}'",
        touched_labels=(
            f"ticker = '{{t}}' and (date in ('{SAMPLE_DATE}', '{NEXT_DAY}')"
            + "".join(
                f" or date + interval {months} months = '{SAMPLE_DATE}'"
                for months in (6, 12, 24, 36)
            )
            + ")"
        ),
    ),
    Corruption(
        "price_crash_that_stays",
        changed(
            "daily_adjusted",
            "adjClose = adjClose::double * 0.1",
            "ticker = '{t}' and date >= '{day}'",
        ),
        touched="ticker = '{t}' and date > '{day}'",
        touched_labels="ticker = '{t}'",
    ),
    lost_stock(
        "without_listing",
        "delete from supported_tickers where ticker = '{t}'",
        "",
        "ticker has no listing",
    ),
    lost_stock(
        "on_unknown_exchange",
        "update supported_tickers set exchange = 'MOON' where ticker = '{t}'",
        "unknown exchange",
    ),
    lost_stock(
        "listed_as_etf",
        "update supported_tickers set assetType = 'ETF' where ticker = '{t}'",
        "fund, not a stock",
    ),
    lost_stock(
        "priced_in_euros",
        "update supported_tickers set priceCurrency = 'eur' where ticker = '{t}'",
        "prices are not in USD",
    ),
    Corruption(
        "symbol_of_another_company_until_2010",
        changed("supported_tickers", "startDate = '2010-03-01'", "ticker = '{t}'"),
        {
            ("daily_adjusted", "before its ticker was listed"): f"{PRICES} and date < '2010-03-01'",
            ("fundamentals_daily", "before its ticker was listed"): (
                f"{DAILY} and date < '2010-03-01'"
            ),
            ("fundamentals_statements", "known before its ticker was listed"): (
                f"{STATEMENTS} and {KNOWN_FROM} < date '2010-03-01'"
            ),
        },
        touched="ticker = '{t}'",
        touched_labels="ticker = '{t}' and date <= '2010-03-01'",
    ),
    Corruption(
        "symbol_of_another_company_since_2015",
        changed("supported_tickers", "endDate = '2015-06-30'", "ticker = '{t}'"),
        {
            ("daily_adjusted", "after its listing ended"): f"{PRICES} and date > '2015-06-30'",
            ("fundamentals_daily", "after its listing ended"): f"{DAILY} and date > '2015-06-30'",
            ("fundamentals_statements", "period ends after its listing"): (
                f"{STATEMENTS} and date > '2015-06-30'"
            ),
        },
        touched="ticker = '{t}' and date > '2015-06-30'",
        touched_labels="ticker = '{t}' and date >= '2012-06-30'",
    ),
    Corruption("benchmark_without_listing", ["delete from supported_tickers where ticker = 'SPY'"]),
    Corruption(
        "rows_in_another_order",
        [
            f"create or replace table {table} as from {table} order by hash({table})"
            for table in TABLES
        ],
    ),
]


def stocks_of(corruptions: list[Corruption], stocks: list[str]) -> dict[str, str]:
    """The stock that each corruption takes, by the corruption's name."""
    assert len(stocks) > len(corruptions)
    return {corruption.name: stocks[i] for i, corruption in enumerate(corruptions)}


def fill(text: str, stock: str) -> str:
    """A text of a corruption with its stock and day in place."""
    return text.replace("{t}", stock).replace("{lower}", stock.lower()).replace("{day}", DAY)


def read_market(con: duckdb.DuckDBPyConnection, folder: Path, stocks: list[str] | None) -> None:
    """Load the market's tables as text; of these stocks and SPY only, or of all."""
    for table in TABLES:
        con.execute(
            f"create table {table} as select columns(*)::varchar from '{folder / table}.parquet'"
            + ("" if stocks is None else f" where ticker in {('SPY', *stocks)}")
        )


def full_history_stocks(folder: Path, number: int) -> list[str]:
    """Stocks that trade from the first to the last day and have filing dates, by name."""
    with duckdb.connect() as con:
        prices, statements = (
            folder / "daily_adjusted.parquet",
            folder / "fundamentals_statements.parquet",
        )
        return [
            ticker
            for (ticker,) in con.sql(
                f"""
                with statements as (select *, date::varchar as day from '{statements}')
                select ticker from '{prices}'
                where ticker <> 'SPY' and ticker in (
                    select ticker from statements
                    where day between '2011-01-01' and '2011-12-31' and quarter <> 0
                        and dataCode = 'totalAssets' and filing_date is not null
                )
                group by ticker
                having min(date) = (select min(date) from '{prices}')
                    and max(date) = (select max(date) from '{prices}')
                    and count(*) filter (where date in ('{SAMPLE_DATE}', '{NEXT_DAY}', '{DAY}')) = 3
                order by ticker limit {number}
                """
            ).fetchall()
        ]


def apply(con: duckdb.DuckDBPyConnection, corruption: Corruption, stock: str) -> None:
    for statement in corruption.sql:
        con.execute(fill(statement, stock))


def write_market(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Write the tables as CSV files; the folder is what var `market` takes."""
    folder.mkdir()
    for table in TABLES:
        con.execute(f"copy {table} to '{folder / table}.csv' (header)")
    return str(folder)
