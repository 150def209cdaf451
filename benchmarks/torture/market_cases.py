"""Corruptions of a whole market: types, forms of CSV, files, SPY, and which stocks there are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.torture.builds import TABLES, age

PRICES, STATEMENTS, DAILY, LISTINGS, COMPANIES = (
    "daily_adjusted",
    "fundamentals_statements",
    "fundamentals_daily",
    "supported_tickers",
    "fundamentals_meta",
)
PARQUET, CSV = "format parquet", "format csv, header"


@dataclass
class Market:
    """A market in memory, and the folder it is to be written to."""

    con: duckdb.DuckDBPyConnection
    folder: Path

    def write(self, extension: str = "parquet", options: str = PARQUET) -> None:
        """Write the five tables."""
        for table in TABLES:
            self.con.execute(f"copy {table} to '{self.folder / table}.{extension}' ({options})")

    def age(self) -> None:
        """Make all files old enough to be trusted to stay."""
        for file in self.folder.iterdir():
            if file.exists():
                age(file)


Case = Callable[[Market], object]


def replaced(table: str, columns: str) -> str:
    """SQL that gives columns of a table other values, and types."""
    return f"create or replace table {table} as select * replace ({columns}) from {table}"


def parquet(*statements: str) -> Case:
    """A market changed by SQL, in parquet."""

    def write(market: Market) -> None:
        for statement in statements:
            market.con.execute(statement)
        market.write()

    return write


def csv(*statements: str, options: str = CSV, **edits: Callable[[str], str | bytes]) -> Case:
    """A market changed by SQL, in CSV; edits change the text of a table's file."""

    def write(market: Market) -> None:
        for statement in statements:
            market.con.execute(statement)
        market.write("csv", options)
        for table, edit in edits.items():
            file = market.folder / f"{table}.csv"
            text = edit(file.read_text())
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


def files(change: Callable[[Path], object]) -> Case:
    """A market in parquet, of whose files some are changed."""

    def write(market: Market) -> None:
        market.write()
        change(market.folder)

    return write


def one_file(name: str, content: bytes) -> Case:
    """A market in which a file holds something else."""
    return files(lambda folder: (folder / name).write_bytes(content))


def noise_inside(folder: Path) -> None:
    """4,000 bytes of a parquet file are others."""
    file = folder / f"{PRICES}.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:20_000] + b"\x55" * 4_000 + content[24_000:])


def moved_to(folder: Path, target: Callable[[Path], object]) -> None:
    """The companies' file gives way to something else."""
    file = folder / f"{COMPANIES}.parquet"
    file.unlink()
    target(file)


def in_zone(zone: str) -> tuple[str, ...]:
    """Dates as midnight of a zone."""
    return (
        f"set timezone = '{zone}'",
        replaced(PRICES, "date::timestamp::timestamptz as date"),
        replaced(DAILY, "date::timestamp::timestamptz as date"),
    )


def second_header(text: str) -> str:
    """The header again, in the middle of a file."""
    at = text.index("\n", 100_000) + 1
    return text[:at] + text[: text.index("\n") + 1] + text[at:]


def numbered(text: str) -> str:
    """A first column of numbers without a name, as pandas writes it."""
    header, *lines = text.rstrip("\n").split("\n")
    return "\n".join([f",{header}", *(f"{i},{line}" for i, line in enumerate(lines))]) + "\n"


def windows(text: str) -> bytes:
    """Byte order mark, and lines that end as on Windows."""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def only(where: str) -> str:
    """SQL that drops prices."""
    return f"delete from {PRICES} where not ({where})"


def stray(day: str, ticker: str) -> str:
    """SQL that adds one price on another day."""
    return (
        f"insert into {PRICES} select * replace (date '{day}' as date) from {PRICES}"
        f" where date = '2017-11-10' and ticker = {ticker}"
    )


FIRST = f"(select min(ticker) from {LISTINGS} where ticker <> 'SPY')"
UNREADABLE = "['NaN', 'NULL', 'None', '-', 'n/a', '#N/A', 'inf']"
DATES = "strftime(date, '{}') as date"

MARKETS: dict[str, Case] = {
    # types and columns
    "columns in other order, others between": parquet(
        f"create or replace table {PRICES} as"
        f" select adjVolume, 1 as extra, adjClose, date, ticker, close from {PRICES}",
        f"create or replace table {STATEMENTS} as select value, filing_date, dataCode,"
        f" statementType, quarter, year, date, ticker, 'x' as \"Date \" from {STATEMENTS}",
    ),
    "rows in random order": parquet(
        *(f"create or replace table {t} as from {t} order by hash(rowid)" for t in TABLES)
    ),
    "dates as time stamps": parquet(
        replaced(PRICES, "date::timestamp as date"),
        replaced(DAILY, "date::timestamp_ns as date"),
        replaced(STATEMENTS, "date::timestamp_s as date, filing_date::timestamp as filing_date"),
    ),
    "dates as midnight in UTC": parquet(*in_zone("UTC")),
    "dates as midnight in New York": parquet(*in_zone("America/New_York")),
    "dates as midnight in Tokyo": parquet(*in_zone("Asia/Tokyo")),
    "dates as text in parquet": parquet(replaced(PRICES, "date::varchar as date")),
    "dates as 20170103": parquet(replaced(PRICES, "strftime(date, '%Y%m%d')::int as date")),
    "dates as milliseconds": parquet(replaced(PRICES, "epoch_ms(date::timestamp) as date")),
    "tickers as numbers": parquet(replaced(PRICES, "(hash(ticker) % 1000)::bigint as ticker")),
    "tickers as an enum": parquet(
        f"create or replace type names as enum (select distinct ticker from {PRICES})",
        replaced(PRICES, "ticker::names as ticker"),
    ),
    "tickers as bytes": parquet(replaced(PRICES, "ticker::blob as ticker")),
    "prices as decimals and floats": parquet(
        replaced(
            PRICES,
            "adjClose::decimal(38, 8) as adjClose, adjVolume::hugeint as adjVolume,"
            " close::float as close",
        )
    ),
    "prices as structs": parquet(replaced(PRICES, "{'v': adjClose} as adjClose")),
    "prices as lists": parquet(replaced(PRICES, "[adjClose] as adjClose")),
    "flags as 0 and 1": parquet(replaced(COMPANIES, "isActive::int as isActive")),
    "sicCode as text": parquet(replaced(COMPANIES, "'0100' as sicCode")),
    "columns without a value": parquet(
        replaced(COMPANIES, "null as location, null as companyWebsite, null as sicSector")
    ),
    "close without a value": parquet(replaced(PRICES, "null::double as close")),
    "columns in upper case": parquet(
        f"create or replace table {PRICES} as select ticker as TICKER, date as DATE,"
        f" close as CLOSE, adjClose as ADJCLOSE, adjVolume as ADJVOLUME from {PRICES}"
    ),
    "a column with a blank": parquet(
        f"create or replace table {PRICES} as"
        f' select ticker as " ticker", date, close, adjClose, adjVolume from {PRICES}'
    ),
    # forms of CSV
    "CSV": csv(),
    "CSV from Windows": csv(**dict.fromkeys(TABLES, windows)),
    "CSV with semicolons": csv(options=f"{CSV}, delimiter ';'"),
    "CSV with tabs, all quoted": csv(options=f"{CSV}, delimiter '\t', force_quote *"),
    "CSV as pandas writes it": csv(daily_adjusted=numbered),
    "CSV: years and quarters as 1.0": csv(
        replaced(STATEMENTS, "quarter::double as quarter, year::double as year")
    ),
    "CSV: dates as Tiingo writes them": csv(
        replaced(PRICES, DATES.format("%Y-%m-%dT00:00:00.000Z")),
        replaced(DAILY, DATES.format("%Y-%m-%dT00:00:00.000Z")),
        replaced(STATEMENTS, DATES.format("%Y-%m-%dT00:00:00+00:00")),
    ),
    "CSV: dates with time": csv(replaced(PRICES, DATES.format("%Y-%m-%d 00:00:00"))),
    "CSV: dates 01/31/2017": csv(replaced(PRICES, DATES.format("%m/%d/%Y"))),
    "CSV: dates 2017/01/31": csv(replaced(PRICES, DATES.format("%Y/%m/%d"))),
    "CSV: dates 20170131": csv(replaced(PRICES, DATES.format("%Y%m%d"))),
    "CSV: dates 31-01-2017": csv(replaced(PRICES, DATES.format("%d-%m-%Y"))),
    "CSV: dates 17-01-31": csv(replaced(PRICES, DATES.format("%y-%m-%d"))),
    "CSV: half of the dates 01/31/2017": csv(
        replaced(
            PRICES,
            "if(hash(rowid) % 2 = 0, strftime(date, '%m/%d/%Y'), date::varchar) as date",
        )
    ),
    "CSV: thousands separated": csv(replaced(DAILY, "format('{:,.2f}', marketCap) as marketCap")),
    "CSV: decimal commas": csv(
        replaced(PRICES, "replace(adjClose::varchar, '.', ',') as adjClose")
    ),
    "CSV: currency signs": csv(replaced(PRICES, "'$' || adjClose as adjClose")),
    "CSV: words for nothing": csv(
        replaced(
            DAILY,
            f"coalesce(peRatio::varchar, {UNREADABLE}[1 + (hash(rowid) % 7)::int]) as peRatio,"
            " coalesce(trailingPEG1Y::varchar, 'NaN') as trailingPEG1Y",
        )
    ),
    "CSV: flags Yes and No": csv(
        replaced(COMPANIES, "if(isActive, 'Yes', 'No') as isActive, 'N' as isADR")
    ),
    "CSV in Latin-1": csv(
        fundamentals_meta=lambda text: text.replace("Inc", "Société", 3).encode(
            "latin-1", "replace"
        )
    ),
    "CSV in UTF-16": csv(supported_tickers=lambda text: text.encode("utf-16")),
    "CSV with zero bytes": csv(daily_adjusted=lambda text: text[:3000] + "\0\0\0" + text[3000:]),
    "CSV: a quotation mark too many": csv(
        daily_adjusted=lambda text: text[:200_000] + '"' + text[200_000:]
    ),
    "CSV: a row too short": csv(daily_adjusted=lambda text: text + "AAPL,2017-01-03,1\n"),
    "CSV: a row too long": csv(daily_adjusted=lambda text: text + "AAPL,2017-01-03,1,2,3,4,5\n"),
    "CSV cut within a row": csv(daily_adjusted=lambda text: text[:-9]),
    "CSV: a second header": csv(daily_adjusted=second_header),
    "CSV: header alone": csv(fundamentals_meta=lambda text: text[: text.index("\n") + 1]),
    "CSV empty": csv(fundamentals_meta=lambda _: ""),
    "CSV without header": csv(supported_tickers=lambda text: text[text.index("\n") + 1 :]),
    "CSV: a name twice in the header": csv(
        daily_adjusted=lambda text: text.replace("close", "adjClose", 1)
    ),
    "CSV: a cell of 10 KB": csv(f"update {COMPANIES} set industry = repeat('x', 10_000)"),
    "CSV: a cell of 3 MB": csv(
        f"update {COMPANIES} set industry = repeat('y', 3_000_000) where rowid = 3"
    ),
    # files
    "parquet empty": one_file(f"{PRICES}.parquet", b""),
    "parquet cut": files(
        lambda folder: (folder / f"{PRICES}.parquet").write_bytes(
            (folder / f"{PRICES}.parquet").read_bytes()[:50_000]
        )
    ),
    "parquet with noise": files(noise_inside),
    "CSV called parquet": one_file(f"{COMPANIES}.parquet", b"permaTicker,ticker\n1,A\n"),
    "a folder called parquet": files(lambda folder: moved_to(folder, Path.mkdir)),
    "a link to nothing": files(
        lambda folder: moved_to(folder, lambda file: file.symlink_to("/nowhere/x.parquet"))
    ),
    "both CSV and parquet": files(
        lambda folder: (folder / f"{COMPANIES}.csv").write_bytes(b"permaTicker,ticker\n1,A\n")
    ),
    "text called CSV.gz": files(
        lambda folder: moved_to(
            folder, lambda file: file.with_suffix(".csv.gz").write_bytes(b"permaTicker,ticker\n")
        )
    ),
    # SPY, and which stocks there are
    "SPY: three weeks missing": parquet(
        only("ticker <> 'SPY' or date not between '2012-08-06' and '2012-08-27'")
    ),
    "SPY ends a year earlier": parquet(only("ticker <> 'SPY' or date <= '2016-11-10'")),
    "SPY begins in 2012": parquet(only("ticker <> 'SPY' or date >= '2012-01-01'")),
    "SPY on odd days": parquet(only("ticker <> 'SPY' or day(date) % 2 = 1")),
    "SPY halved for good": parquet(
        f"update {PRICES} set adjClose = adjClose / 2 where ticker = 'SPY' and date >= '2012-06-01'"
    ),
    "SPY constant": parquet(f"update {PRICES} set adjClose = 200 where ticker = 'SPY'"),
    "SPY twice, as spy": parquet(
        f"insert into {PRICES} select * replace ('spy' as ticker) from {PRICES}"
        " where ticker = 'SPY'"
    ),
    "stocks end in 2013": parquet(only("ticker = 'SPY' or date <= '2013-06-01'")),
    "stocks end a year before SPY": parquet(only("ticker = 'SPY' or date <= '2016-11-10'")),
    "stocks but one end a year before SPY": parquet(
        only(f"ticker in ('SPY', {FIRST}) or date <= '2016-11-10'")
    ),
    "all end in 2014, statements go on": parquet(only("date <= '2014-12-31'")),
    "one sector": parquet(f"update {COMPANIES} set sector = 'Only', industry = 'Only'"),
    "one stock": parquet(
        *(f"delete from {t} where ticker not in ('SPY', {FIRST})" for t in reversed(TABLES))
    ),
    "funds alone": parquet(f"update {LISTINGS} set assetType = 'ETF'"),
    "volumes zero": parquet(f"update {PRICES} set adjVolume = 0"),
    "market values null": parquet(f"update {DAILY} set marketCap = null"),
    "one row of market values": parquet(f"delete from {DAILY} where rowid > 0"),
    "listings in other case": parquet(
        f"update {LISTINGS} set exchange = lower(exchange), assetType = upper(assetType),"
        " priceCurrency = 'usd'"
    ),
    "listings end before they begin": parquet(f"update {LISTINGS} set startDate = endDate + 1000"),
    "all prices the same": parquet(f"update {PRICES} set adjClose = 10, close = 10"),
    "prices of twenty days": parquet(only("date <= '2005-03-30'")),
    "prices of Wednesdays": parquet(only("isodow(date) = 3")),
    "prices of each month's first days": parquet(only("day(date) <= 3")),
    "holidays filled": parquet(
        f"insert into {PRICES} select * replace ((date + 1)::date as date, 0 as adjVolume)"
        f" from {PRICES}"
        " where isodow(date) = 3 and (date + 1)::date not in"
        f" (select date from {PRICES} where ticker = 'SPY')"
    ),
    "everything twice": parquet(*(f"insert into {t} from {t}" for t in TABLES)),
    "a history twice, 2 % apart": parquet(
        f"insert into {PRICES} select * replace (adjClose * 0.98 as adjClose) from {PRICES}"
        f" where ticker = {FIRST}"
    ),
    "one price in 2026": parquet(stray("2026-11-20", FIRST)),
    "SPY: one price in 2026": parquet(stray("2026-11-20", "'SPY'")),
    "one price in the year 1": parquet(stray("0001-01-01", FIRST)),
    "a stock at 1e300": parquet(
        f"update {PRICES} set adjClose = 1e300 where date >= '2012-06-01' and ticker = {FIRST}"
    ),
    "prices by 1e-20": parquet(
        f"update {PRICES} set adjClose = adjClose * 1e-20, close = close * 1e-20"
    ),
    "a price of 5e-324": parquet(
        f"update {PRICES} set adjClose = 5e-324 where date = '2012-06-05' and ticker = {FIRST}"
    ),
    # statements and companies
    "statements one column an item": parquet(
        f"create or replace table {STATEMENTS} as pivot {STATEMENTS} on dataCode"
        " using first(value) group by ticker, date, year, quarter"
    ),
    "market values in millions": parquet(f"update {DAILY} set marketCap = marketCap / 1e6"),
    "items in upper case": parquet(f"update {STATEMENTS} set dataCode = upper(dataCode)"),
    "filed on the period's last day": parquet(f"update {STATEMENTS} set filing_date = date"),
    "filed on one day, all of them": parquet(
        f"update {STATEMENTS} set filing_date = date '2017-11-01'"
    ),
    "statements of other tickers": parquet(f"update {STATEMENTS} set ticker = 'X' || ticker"),
    "market values of other tickers": parquet(f"update {DAILY} set ticker = ticker || '.US'"),
    "companies of other tickers": parquet(f"update {COMPANIES} set ticker = ticker || '.US'"),
}
