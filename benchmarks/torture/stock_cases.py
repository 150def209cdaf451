"""Corruptions of one stock each, as SQL with its ticker in place of `$`."""

from benchmarks.torture.market_cases import COMPANIES, DAILY, LISTINGS, PRICES, STATEMENTS


def update(table: str, change: str, where: str = "true") -> str:
    """Other values in a stock's rows."""
    return f"update {table} set {change} where ticker = '$' and ({where})"


def copy(table: str, change: str, where: str = "true") -> str:
    """A stock's rows once more, changed."""
    return (
        f"insert into {table} select * replace ({change}) from {table}"
        f" where ticker = '$' and ({where})"
    )


def delete(table: str, where: str = "true") -> str:
    """A stock without some rows."""
    return f"delete from {table} where ticker = '$' and ({where})"


def renamed(name: str) -> list[str]:
    """A stock under another ticker, as SQL writes it."""
    return [
        update(table, f"ticker = {name}")
        for table in (PRICES, DAILY, LISTINGS, STATEMENTS, COMPANIES)
    ]


LAST = f"date = (select max(date) from {PRICES} where ticker = '$')"
FIRST = f"date = (select min(date) from {PRICES} where ticker = '$')"

# Other tickers, as SQL writes them.
NAMES = (
    "'zz'",
    "'O''NEIL'",
    "'A\"B'",
    "'A;DROP TABLE x--'",
    "'../../x'",
    "'😀'",
    "repeat('T', 10000)",
    "'N' || chr(0) || 'UL'",
    "'<script>alert(1)</script>'",
    "'%'",
    "'NULL'",
    "'nan'",
    "'1'",
)
CALLED = {f"called {name}": name for name in NAMES}

STOCKS: dict[str, list[str]] = {
    "nothing": [],
    "market value in thousands from 2012": [
        update(DAILY, "marketCap = marketCap / 1000", "date >= '2012-01-01'")
    ],
    "market value negative": [update(DAILY, "marketCap = -marketCap")],
    "market value by a million for a month": [
        update(DAILY, "marketCap = marketCap * 1e6", "date between '2012-08-01' and '2012-08-31'")
    ],
    "market value 1e-300": [update(DAILY, "marketCap = 1e-300", "date > '2012-01-01'")],
    "market value 1e300": [update(DAILY, "marketCap = 1e300", "date > '2012-01-01'")],
    "ratios of 1e308": [update(DAILY, "peRatio = 1e308, pbRatio = -1e308, enterpriseVal = 1e308")],
    "volume zero": [update(PRICES, "adjVolume = 0")],
    "volume negative": [update(PRICES, "adjVolume = -5")],
    "volume 1e300": [update(PRICES, "adjVolume = 1e300")],
    "volume 1e25": [update(PRICES, "adjVolume = 1e25")],
    "volume 1e-30": [update(PRICES, "adjVolume = 1e-30")],
    "price constant for three years": [
        update(PRICES, "adjClose = 20, close = 20", "date between '2010-01-01' and '2013-01-01'")
    ],
    "price constant, then by 1000": [
        update(PRICES, "adjClose = 20, close = 20", "date < '2012-06-01'"),
        update(PRICES, "adjClose = 20000, close = 20000", "date >= '2012-06-01'"),
    ],
    "price by 1000 for two days": [
        update(PRICES, "adjClose = adjClose * 1000", "date between '2012-08-16' and '2012-08-17'")
    ],
    "price by 100 on the last day": [update(PRICES, "adjClose = adjClose * 100", LAST)],
    "price by 100 on the first day": [update(PRICES, "adjClose = adjClose * 100", FIRST)],
    "prices by 1e-12": [update(PRICES, "adjClose = adjClose * 1e-12, close = close * 1e-12")],
    "prices by 1e-20": [update(PRICES, "adjClose = adjClose * 1e-20, close = close * 1e-20")],
    "price 1e-17 from 2012": [update(PRICES, "adjClose = 1e-17", "date >= '2012-06-01'")],
    "price 1e-17 on a day": [update(PRICES, "adjClose = 1e-17", "date = '2012-06-05'")],
    "prices by 1e300": [update(PRICES, "adjClose = adjClose * 1e300, close = close * 1e300")],
    "price 1e300 from 2012": [update(PRICES, "adjClose = 1e300", "date >= '2012-06-01'")],
    "close null": [update(PRICES, "close = null")],
    "close zero": [update(PRICES, "close = 0")],
    "prices a day late": [update(PRICES, "date = date + 1")],
    "a price of 1900": [copy(PRICES, "date '1900-01-02' as date", "date = '2011-04-05'")],
    "a price of the year 1": [copy(PRICES, "date '0001-01-01' as date", "date = '2011-04-05'")],
    "400 days missing": [delete(PRICES, "date between '2011-01-01' and '2012-02-10'")],
    "two days of three missing": [delete(PRICES, "day(date) % 3 <> 0")],
    "a copy at half the price": [copy(PRICES, "adjClose * 0.5 as adjClose")],
    "a copy 2 % below, other volumes": [
        copy(
            PRICES,
            "adjClose * 0.98 as adjClose, adjVolume + (day(date) % 2) * 2 - 1 as adjVolume",
        )
    ],
    "filed three years late": [update(STATEMENTS, "filing_date = date + 1100")],
    "filed on one day of 2017": [
        update(STATEMENTS, "filing_date = date '2017-01-02'", "date < '2016-12-01'")
    ],
    "filing dates null": [update(STATEMENTS, "filing_date = null")],
    "filed on the period's last day": [update(STATEMENTS, "filing_date = date")],
    "statements in thousands": [
        update(
            STATEMENTS,
            "value = value / 1000",
            "dataCode not in ('eps', 'epsDil', 'sharesBasic')",
        )
    ],
    "quarters called the next": [
        update(
            STATEMENTS,
            "quarter = quarter % 4 + 1, year = year + (quarter = 4)::int",
            "quarter > 0",
        )
    ],
    "a copy called a year later": [copy(STATEMENTS, "year + 1 as year, value * 3 as value")],
    "a copy that ends a day earlier": [
        copy(STATEMENTS, "date - 1 as date, value * 3 as value", "quarter > 0")
    ],
    "a copy filed on the same day": [copy(STATEMENTS, "value * 7 as value", "quarter > 0")],
    "items in upper case": [update(STATEMENTS, "dataCode = upper(dataCode)")],
    "items with a blank": [update(STATEMENTS, "dataCode = dataCode || ' '")],
    "all called cash flow": [update(STATEMENTS, "statementType = 'cashFlow'")],
    "annual statements alone": [delete(STATEMENTS, "quarter > 0")],
    "assets of 9e17": [update(STATEMENTS, "value = 9e17", "dataCode = 'totalAssets'")],
    "equity of 1e-320": [update(STATEMENTS, "value = 1e-320", "dataCode = 'equity'")],
    "assets, revenue, equity negative": [
        update(STATEMENTS, "value = -value", "dataCode in ('totalAssets', 'revenue', 'equity')")
    ],
    "two companies": [
        copy(
            COMPANIES,
            "'A0' || permaTicker as permaTicker, 'Other Sector' as sector, 'Other' as name",
        )
    ],
    "no company": [delete(COMPANIES)],
    "a sector of 10,000 rockets": [
        update(
            COMPANIES,
            "sector = repeat('🚀', 10000), industry = repeat('x', 10000),"
            " name = '💥' || chr(0) || '\"<b>'",
        )
    ],
    "listing ends before it begins": [update(LISTINGS, "startDate = endDate + 100")],
    "listing ended in 2010": [update(LISTINGS, "endDate = date '2010-01-01'")],
    "two listings that overlap": [
        copy(LISTINGS, "'NASDAQ' as exchange, startDate + 1000 as startDate")
    ],
    "ticker reused, without prices": [
        copy(
            LISTINGS,
            "endDate + 5 as endDate, endDate + 1 as startDate, 'Stock' as assetType,"
            " 'OTC' as exchange",
        )
    ],
    **{case: renamed(name) for case, name in CALLED.items()},
}
