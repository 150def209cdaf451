"""Which stocks a load is for: by name, by exchange, by size, or all of the US."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from loading.errors import LoadError

BENCHMARK = "SPY"
US_EXCHANGES = ("NYSE", "NASDAQ", "NYSE MKT", "NYSE ARCA", "AMEX", "BATS")
# A listing that ended this many days before the newest is over (rare trades leave gaps).
DAYS_UNTIL_OVER = 10
NOT_IN_PLAN = "field not available"


@dataclass(frozen=True)
class Listing:
    """A row of Tiingo's list of tickers."""

    exchange: str
    is_stock: bool
    start: date | None
    end: date | None


@dataclass(frozen=True)
class Company:
    """A company, or a ticker without one.

    Attributes:
        key: its permaTicker, or the ticker where Tiingo's list of companies lacks it.
        symbol: its ticker, upper case.
        is_active: whether it is still listed.
        listing: its listing, as far as that is known.
        statements_at: when its statements were last updated; empty where that is not said.
        valuations_at: the same for its market value.
        has_fundamentals: whether the plan includes them.
        cik: its number at the SEC.
    """

    key: str
    symbol: str
    is_active: bool
    listing: Listing | None
    statements_at: str = ""
    valuations_at: str = ""
    has_fundamentals: bool = False
    cik: str | None = None


@dataclass(frozen=True)
class Choice:
    """Which stocks are wanted; one of the first three, or all of the US.

    Attributes:
        tickers: a file of tickers or permaTickers, one a line.
        exchanges: names of exchanges.
        largest: how many.
        with_delisted: whether former stocks count.
    """

    tickers: Path | None = None
    exchanges: tuple[str, ...] = ()
    largest: int | None = None
    with_delisted: bool = True


def read_listings(content: bytes) -> dict[str, list[Listing]]:
    """Listings by ticker, upper case; the newest of a ticker last."""
    listings: dict[str, list[Listing]] = {}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"))):
        listing = Listing(
            exchange=(row["exchange"] or "").upper(),
            is_stock=row["assetType"] == "Stock" and row["priceCurrency"] == "USD",
            start=_day(row["startDate"]),
            end=_day(row["endDate"]),
        )
        listings.setdefault((row["ticker"] or "").upper(), []).append(listing)
    for rows in listings.values():
        rows.sort(key=lambda row: (row.end or date.min, row.start or date.min, row.exchange))
    return listings


def read_companies(
    rows: Iterable[Mapping[str, Any]], listings: Mapping[str, list[Listing]]
) -> dict[str, Company]:
    """Companies by permaTicker, each under the ticker that it has now, or had last."""
    companies: dict[str, Company] = {}
    ranks: dict[str, tuple[bool, str]] = {}
    for row in rows:
        key, symbol = str(row["permaTicker"] or ""), str(row["ticker"] or "").upper()
        is_active = row.get("isActive") in (True, "true", "True", 1)
        # A company that changed its symbol stands there once for each.
        rank = (is_active, str(row.get("dailyLastUpdated") or ""))
        if not key or not symbol or (key in companies and ranks[key] >= rank):
            continue
        ranks[key] = rank
        cik = re.search(r"CIK=0*(\d{1,10})\b", str(row.get("secFilingWebsite") or ""))
        companies[key] = Company(
            key=key,
            symbol=symbol,
            is_active=is_active,
            listing=_listing(listings.get(symbol, []), is_active),
            statements_at=_moment(row.get("statementLastUpdated")),
            valuations_at=_moment(row.get("dailyLastUpdated")),
            has_fundamentals=not str(row.get("sector") or "").lower().startswith(NOT_IN_PLAN),
            cik=cik[1].zfill(10) if cik else None,
        )
    taken = {company.symbol for company in companies.values() if company.is_active}
    # The listing of a symbol that is in use again is not its former company's.
    return {
        key: company
        if company.is_active or company.symbol not in taken
        else _former(company, listings.get(company.symbol, []))
        for key, company in companies.items()
    }


def choose(
    choice: Choice,
    companies: Mapping[str, Company],
    listings: Mapping[str, list[Listing]],
    traded: Mapping[str, float],
) -> tuple[list[Company], list[str]]:
    """The stocks that are wanted, and what of the choice is not to be found.

    Args:
        choice: which.
        companies: by permaTicker.
        listings: by ticker.
        traded: USD traded on the last day, by ticker: the measure of size.

    Raises:
        LoadError: nothing is left.
    """
    unknown: list[str] = []
    if choice.tickers:
        chosen, unknown = _named(_lines(choice.tickers), companies, listings)
    else:
        exchanges = tuple(name.upper() for name in choice.exchanges) or US_EXCHANGES
        known = {listing.exchange for rows in listings.values() for listing in rows}
        if wrong := sorted(set(exchanges) - known - set(US_EXCHANGES)):
            names = ", ".join(sorted(name for name in known if name))
            raise LoadError(f"no exchange is called {wrong[0]}: give some of {names}")
        chosen = [
            company
            for company in companies.values()
            if company.symbol != BENCHMARK and _is_at(company, exchanges, listings)
        ]
    if not choice.with_delisted:
        chosen = [company for company in chosen if company.is_active]
    if choice.largest is not None:
        active = [company for company in chosen if company.is_active]
        active.sort(key=lambda company: (-traded.get(company.symbol, 0.0), company.key))
        chosen = active[: choice.largest]
    if not chosen:
        raise LoadError("no stock is left of this choice: look at --tickers or --exchanges")
    return sorted(chosen, key=lambda company: company.key), unknown


def _listing(rows: list[Listing], is_active: bool) -> Listing | None:
    stocks = [row for row in rows if row.is_stock]
    return stocks[-1] if stocks and (is_active or len(stocks) == 1) else None


def _former(company: Company, rows: list[Listing]) -> Company:
    stocks = [row for row in rows if row.is_stock][:-1]
    listing = stocks[-1] if len(stocks) == 1 else None
    return Company(**{**company.__dict__, "listing": listing})


def _is_at(
    company: Company, exchanges: tuple[str, ...], listings: Mapping[str, list[Listing]]
) -> bool:
    if company.listing:
        return company.listing.exchange in exchanges
    # Which of several listings was a former company's, its prices will tell.
    rows = [row for row in listings.get(company.symbol, []) if row.is_stock]
    return not company.is_active and any(row.exchange in exchanges for row in rows)


def _named(
    names: list[str], companies: Mapping[str, Company], listings: Mapping[str, list[Listing]]
) -> tuple[list[Company], list[str]]:
    by_symbol: dict[str, list[Company]] = {}
    for company in companies.values():
        by_symbol.setdefault(company.symbol, []).append(company)
    chosen: dict[str, Company] = {}
    unknown = []
    for name in names:
        found = [companies[name]] if name in companies else by_symbol.get(name, [])
        # Of several companies that had the symbol, the one that has it now.
        found = [company for company in found if company.is_active] or found
        rows = listings.get(name, [])
        if not found and rows and rows[-1].is_stock:
            found = [Company(name, name, is_active=True, listing=rows[-1])]
        if not found:
            unknown.append(
                f"{name}: Tiingo has it as a fund or a foreign listing"
                if rows
                else f"{name}: Tiingo does not know it"
            )
        chosen.update((company.key, company) for company in found)
    chosen.pop(BENCHMARK, None)
    return list(chosen.values()), unknown


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"the tickers cannot be read from {file} ({error})") from error
    names = [line.split("#")[0].split(",")[0].strip().upper() for line in lines]
    # SPY is always loaded.
    return [name for name in dict.fromkeys(names) if name not in ("", "TICKER", BENCHMARK)]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _moment(value: Any) -> str:
    text = str(value or "")
    return text if re.match(r"\d{4}-\d\d-\d\d", text) else ""
