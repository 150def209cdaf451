"""What is asked of Tiingo: only what is missing or has moved since it was last asked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from loading import clock
from loading.client import FUNDAMENTALS, Tiingo
from loading.errors import BudgetSpentError, LoadError, NotInPlanError, RefusedError, ServerError
from loading.ledger import Answer, Ledger
from loading.universe import (
    BENCHMARK,
    DAYS_UNTIL_OVER,
    Choice,
    Company,
    choose,
    read_companies,
    read_listings,
)

# What is asked again where it moved begins so much earlier: late corrections come with it.
OVERLAP = timedelta(days=200)
# "No data" is believed so long.
DAYS_WITHOUT_DATA = 30
# So many failures in a row, and it is the server, not a ticker.
FAILURES_IN_A_ROW = 10
ALL = "all"
OUTSIDE = "not in plan"


class Request(NamedTuple):
    """One thing to ask for.

    Attributes:
        kind: of answer.
        company: of which.
        start: first day that is asked for.
    """

    kind: str
    company: Company
    start: date


@dataclass
class Report:
    """What came of a load.

    Attributes:
        stocks: how many it is for.
        requested: requests that were answered.
        unknown: what of the choice is not to be found, with the reason.
        failed: kind, ticker and reason of what could not be had.
        without_data: tickers without prices.
        outside_plan: how many stocks have no fundamentals in the plan.
        next_month: how many stocks wait for the symbols of the next month.
        next_month_from: when that begins.
    """

    stocks: int = 0
    requested: int = 0
    unknown: list[str] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    without_data: list[str] = field(default_factory=list)
    outside_plan: int = 0
    next_month: int = 0
    next_month_from: datetime | None = None


class Load:
    """One load: asks what is missing, answer by answer, each of which is kept at once."""

    def __init__(
        self,
        tiingo: Tiingo,
        ledger: Ledger,
        years: int,
        with_fundamentals: bool = True,
        valuation_days: int = 7,
    ) -> None:
        """Prepare it.

        Args:
            tiingo: who is asked.
            ledger: what is there.
            years: of history.
            with_fundamentals: whether statements and market values are asked for.
            valuation_days: how old market values may be.
        """
        self.tiingo = tiingo
        self.ledger = ledger
        self.start = date(clock.now().year - years, 1, 1)
        self.with_fundamentals = with_fundamentals
        self.valuation_days = valuation_days
        self.report = Report()
        self.companies: list[Company] = []
        self._failures_in_a_row = 0

    def choose(self, choice: Choice) -> None:
        """Fetch the lists, where they are not of today, and choose the stocks.

        Raises:
            BudgetSpentError: there are no requests left.
            LoadError: a list cannot be had, or no stock is left.
        """
        listings = read_listings(self._listings())
        companies = read_companies(self._list("companies", "/tiingo/fundamentals/meta"), listings)
        snapshot = self._list("snapshots", "/tiingo/daily/prices")
        traded = {
            str(row["ticker"]).upper(): (row["close"] or 0.0) * (row.get("volume") or 0.0)
            for row in snapshot
        }
        chosen, self.report.unknown = choose(choice, companies, listings, traded)
        if choice.largest is not None:
            kept = self.ledger.members(f"largest {choice}", [company.key for company in chosen])
            chosen = [companies[key] for key in sorted(kept) if key in companies]
        self.companies = chosen
        self.report.stocks = len(chosen)
        # For the models to read.
        stocks = [f"{stock.key},{stock.symbol},{stock.cik or ''}" for stock in chosen]
        content = "\n".join(["company_key,symbol,cik", *stocks, ""]).encode()
        newest = self.ledger.newest("universe").get(ALL)
        if newest is None or self.ledger.read(newest) != content:
            self.ledger.add("universe", ALL, content, "csv")

    def requests(self) -> list[Request]:
        """What to ask for: prices first, SPY's before all."""
        benchmark = Company(BENCHMARK, BENCHMARK, is_active=True, listing=None)
        self._fetch(Request("prices", benchmark, self.start), unless=self._is_benchmark_current)
        moves = self._price_moves()
        prices = [Request("prices", c, self.start) for c in self.companies if moves(c)]
        return [*prices, *(self._fundamentals() if self.with_fundamentals else ())]

    def fetch(self, requests: list[Request], done: Callable[[Request], None]) -> None:
        """Ask for all of them; what fails is noted, and asked for by the next load.

        Args:
            requests: what to ask for.
            done: is told of each.

        Raises:
            BudgetSpentError: there are no requests left now.
            LoadError: the server fails, or does not accept the token.
        """
        self.ledger.forget_failures()
        outside: set[str] = set()
        waiting: set[str] = set()
        for request in requests:
            company = request.company
            if company.key not in outside | waiting or request.kind == "prices":
                try:
                    self._fetch(request)
                except NotInPlanError as error:
                    outside.add(company.key)
                    for kind in FUNDAMENTALS:
                        self.ledger.add(kind, company.key, None, note=f"{OUTSIDE}: {error}")
                except BudgetSpentError as spent:
                    if spent.scope != "month":
                        raise
                    waiting.add(company.key)
                    self.report.next_month_from = spent.until
            done(request)
        self.report.outside_plan += len(outside)
        self.report.next_month = len(waiting)
        self._sum_up()

    def _fetch(self, request: Request, unless: Callable[[], bool] = lambda: False) -> None:
        if unless():
            return
        kind, company, start, *_ = request
        key = company.key
        paths = {
            "prices": f"/tiingo/daily/{key}/prices",
            "valuations": f"/tiingo/fundamentals/{key}/daily",
            "statements": f"/tiingo/fundamentals/{key}/statements",
            "reported": f"/tiingo/fundamentals/{key}/statements",
        }
        params = {"startDate": start.isoformat()}
        if kind == "reported":
            params["asReported"] = "true"
        try:
            answer = self.tiingo.ask(kind, paths[kind], symbol=key, **params)
        except NotInPlanError:
            self._failures_in_a_row = 0
            raise
        except (RefusedError, ServerError) as error:
            self.ledger.fail(kind, key, str(error))
            self._failures_in_a_row += 1
            if self._failures_in_a_row == FAILURES_IN_A_ROW:
                raise LoadError(
                    f"the last {FAILURES_IN_A_ROW} requests failed, so it is not the tickers "
                    f"({error}): go on later with the same command"
                ) from error
            return
        self._failures_in_a_row = 0
        self.report.requested += 1
        if answer is None:
            self.ledger.add(kind, key, None, note="no data")
        elif kind == "prices":
            last_day = max(_settled_days(answer.rows), default=None)
            self.ledger.add(kind, key, answer.body, last_day=last_day, note=company.symbol)
        else:
            self.ledger.add(kind, key, answer.body)

    def _listings(self) -> bytes:
        newest = self.ledger.newest("listings").get(ALL)
        if newest is None or not _is_current(newest):
            try:
                self.ledger.add("listings", ALL, self.tiingo.listings(), "csv")
            except (ServerError, RefusedError) as error:
                raise LoadError(
                    f"the list of tickers cannot be had ({error}): go on later with the same "
                    "command"
                ) from error
            newest = self.ledger.newest("listings")[ALL]
        return self.ledger.read(newest)

    def _list(self, kind: str, path: str) -> list[dict[str, Any]]:
        """All companies, or the last day of all tickers."""
        newest = self.ledger.newest(kind).get(ALL)
        if newest is None or not _is_current(newest):
            try:
                answer = self.tiingo.ask(kind, path)
            except (ServerError, RefusedError) as error:
                raise LoadError(
                    f"{path} cannot be had ({error}): go on later with the same command"
                ) from error
            if answer is None:
                raise LoadError(f"{path} is empty: go on later with the same command")
            self.report.requested += 1
            if kind == "snapshots":
                last_day = max(_settled_days(answer.rows), default=None)
                changes = list(_changes(answer.rows))
                self.ledger.add(kind, ALL, answer.body, last_day=last_day, changes=changes)
            else:
                self.ledger.add(kind, ALL, answer.body)
            return answer.rows
        return json.loads(self.ledger.read(newest))  # type: ignore[no-any-return]

    def _is_benchmark_current(self) -> bool:
        """Whether SPY's prices are of today: they say which days were trading days."""
        newest = self.ledger.newest("prices").get(BENCHMARK)
        return newest is not None and _is_current(newest)

    def _price_moves(self) -> Callable[[Company], bool]:
        """Tells whose whole history of prices is to be asked for."""
        answers = self.ledger.newest("prices")
        benchmark = answers.get(BENCHMARK)
        if benchmark is None or benchmark.file is None:
            raise LoadError(
                "the prices of SPY cannot be had, and without them no day is known to be one of "
                "trading: go on later with the same command"
            )
        spy = json.loads(self.ledger.read(benchmark))
        days = list(_settled_days(spy))
        last = benchmark.last_day or self.start
        snapshots = self.ledger.snapshot_days()
        changes = self.ledger.changes()

        def is_moved(company: Company) -> bool:
            answer = answers.get(company.key)
            if answer is None:
                return True
            if answer.file is None:
                return company.is_active and _is_old(answer, DAYS_WITHOUT_DATA)
            end = _end(company)
            over = timedelta(days=DAYS_UNTIL_OVER)
            if not company.is_active or (end and end < last - over):
                was_over = answer.last_day and answer.last_day <= answer.fetched_at.date() - over
                return bool(end and not was_over and answer.fetched_at < clock.settled_at(end))
            if answer.note != company.symbol:
                return True
            if answer.fetched_at >= clock.settled_at(last):
                return False
            since = {day for day in days if answer.last_day is None or day > answer.last_day}
            # A day that was missed, or one of a split or dividend, which moves all before it.
            return bool(since - snapshots or since & changes.get(company.symbol, set()))

        return is_moved

    def _fundamentals(self) -> Iterator[Request]:
        newest = {kind: self.ledger.newest(kind) for kind in ("reported", "statements")}
        valuations = self.ledger.newest("valuations")
        for company in self.companies:
            noted = newest["reported"].get(company.key)
            if noted and noted.file is None and (noted.note or "").startswith(OUTSIDE):
                self.report.outside_plan += not _is_old(noted, DAYS_WITHOUT_DATA)
            if not company.has_fundamentals:
                self.report.outside_plan += 1
                continue
            for kind, answers in newest.items():
                answer = answers.get(company.key)
                if _has_moved(answer, company.statements_at):
                    yield Request(kind, company, self._since(answer))
            answer = valuations.get(company.key)
            if _has_moved(answer, company.valuations_at) and (
                answer is None or _is_old(answer, self.valuation_days)
            ):
                yield Request("valuations", company, self._since(answer))

    def _since(self, answer: Answer | None) -> date:
        if answer is None or answer.file is None:
            return self.start
        return max(self.start, answer.fetched_at.date() - OVERLAP)

    def _sum_up(self) -> None:
        symbols = {company.key: company.symbol for company in self.companies}
        self.report.failed = [
            (kind, symbols.get(key, key), why) for kind, key, why in self.ledger.failures()
        ]
        prices = self.ledger.newest("prices")
        self.report.without_data = [
            company.symbol
            for company in self.companies
            if company.key in prices and prices[company.key].file is None
        ]


def _is_current(answer: Answer) -> bool:
    """Whether an answer came after the last prices were settled."""
    now = clock.now()
    return answer.fetched_at >= clock.settled_at(clock.last_settled(now))


def _is_old(answer: Answer, days: int) -> bool:
    return clock.now() - answer.fetched_at >= timedelta(days=days)


def _has_moved(answer: Answer | None, moved_at: str) -> bool:
    if answer is None:
        return True
    if answer.file is None:
        return _is_old(answer, DAYS_WITHOUT_DATA)
    return bool(moved_at) and moved_at[:19] > answer.fetched_at.isoformat()[:19]


def _end(company: Company) -> date | None:
    if company.listing and company.listing.end:
        return company.listing.end
    return date.fromisoformat(company.valuations_at[:10]) if company.valuations_at else None


def _day(row: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(row["date"])[:10])
    except ValueError:
        return None


def _settled_days(rows: list[dict[str, Any]]) -> Iterator[date]:
    now = clock.now()
    for row in rows:
        day = _day(row)
        if day and clock.settled_at(day) <= now:
            yield day


def _changes(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Ticker and day of splits and dividends."""
    for row in rows:
        day = _day(row)
        if day and ((row["splitFactor"] or 1) != 1 or (row["divCash"] or 0) > 0):
            yield str(row["ticker"]).upper(), day.isoformat()
