"""`python -m loading`: from a token to a market that dbt build reads."""

import argparse
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from loading import clock
from loading.budgets import PLANS, Budgets, Plan
from loading.client import Tiingo
from loading.errors import BudgetSpentError, LoadError
from loading.ledger import Ledger
from loading.market import make_market
from loading.progress import Bar
from loading.sec import Sec
from loading.secret import DEFAULT_FILE, VARIABLE, read_token
from loading.tiingo import Load, Report
from loading.universe import Choice

# As other programs say: try again later.
TRY_LATER = 75
NAMES_SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, and say what came of it.

    Returns:
        0 when the market is there, 1 when something must be mended, 75 when the plan's requests
        are used up for now.
    """
    os.umask(int(os.environ.get("WAREHOUSE_UMASK", "077"), 8))
    options = _parser().parse_args(arguments)
    try:
        return load(options)
    except LoadError as error:
        print(f"load stopped: {error}", file=sys.stderr)
        return 1
    except (OSError, sqlite3.Error) as error:
        print(f"load stopped: {error}: the same command goes on where it was", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("load stopped: the same command goes on where it was", file=sys.stderr)
        return 1


def load(options: argparse.Namespace) -> int:
    """Fetch what is missing, then make the market.

    Raises:
        LoadError: something must be mended first.
    """
    folder: Path = options.folder.expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(folder)
    try:
        if not options.offline:
            plan = _plan(options)
            with Bar(plan.hour) as bar:
                budgets = Budgets(plan, ledger, None if options.no_wait else bar.wait)
                tiingo = Tiingo(read_token(options.token_file), budgets)
                if options.fundamentals == "sec":
                    sec = Sec(options.contact, ledger, options.sec_days)
                fetched = Load(
                    tiingo,
                    ledger,
                    options.years,
                    with_fundamentals=options.fundamentals == "tiingo",
                    valuation_days=options.valuation_days,
                )
                try:
                    _fetch(fetched, options, ledger, bar)
                except BudgetSpentError as spent:
                    print(_said_of_budget(spent, fetched.report))
                    return TRY_LATER
                report = fetched.report
                if options.fundamentals == "sec":
                    ciks = sec.ciks(fetched.companies)
                    bar.begin("asking the SEC", 2 * len(ciks))
                    sec.fetch(ciks, bar.add)
                    report.failed += [("SEC", name, why) for name, why in sec.failed]
            print("\n".join(_said(report, budgets)))
        if not ledger.newest("universe"):
            raise LoadError("nothing was fetched yet: load once without --offline")
        market = make_market(folder, options.fundamentals)
        print(f"market: {market}, for dbt build --vars '{{market: {market}}}'")
    finally:
        ledger.close()
    return 0


def _fetch(fetched: Load, options: argparse.Namespace, ledger: Ledger, bar: Bar) -> None:
    choice = Choice(
        options.tickers, tuple(options.exchanges), options.largest, not options.no_delisted
    )
    fetched.choose(choice)
    requests = fetched.requests()
    bar.begin("asking Tiingo", len(requests))
    fetched.fetch(requests, lambda request: bar.add(f"{request.kind} of {request.company.symbol}"))


def _plan(options: argparse.Namespace) -> Plan:
    plan = PLANS[options.plan]
    return plan._replace(
        hour=options.per_hour or plan.hour,
        day=options.per_day or plan.day,
        symbols=options.symbols_per_month or plan.symbols,
    )


def _said_of_budget(spent: BudgetSpentError, report: Report) -> str:
    return (
        f"{spent}, after {report.requested:,} of this load: go on after "
        f"{clock.in_words(spent.until)} with the same command"
    )


def _said(report: Report, budgets: Budgets) -> list[str]:
    """What came of a load, in a few lines."""
    lines = [
        f"{report.stocks:,} stocks; {report.requested:,} requests, {budgets.left():,} are left "
        "in this hour"
    ]
    if report.outside_plan:
        lines.append(
            f"your plan at Tiingo has no fundamentals of {report.outside_plan:,} of them: their "
            "prices are loaded, and --fundamentals sec takes statements from the SEC's filings"
        )
    if report.next_month_from:
        lines.append(
            f"the plan's symbols of this month are used up, and {report.next_month:,} of them wait "
            f"for the next: go on after {clock.in_words(report.next_month_from)} with the same "
            "command"
        )
    lines += [f"left out: {line}" for line in _shortened(report.unknown)]
    if report.without_data:
        lines.append(f"Tiingo has no prices of {', '.join(_shortened(report.without_data))}")
    failed = [f"{name} ({kind}): {why}" for kind, name, why in report.failed]
    lines += [f"failed, asked again by the next load: {line}" for line in _shortened(failed)]
    return lines


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - NAMES_SHOWN
    return [*lines[:NAMES_SHOWN], f"{more:,} more"] if more > 0 else lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loading",
        description="Loads real stocks: fetches what Tiingo answers (and the SEC), and makes the "
        "tables that dbt build reads. The same command again goes on, or brings up to date.",
    )
    parser.add_argument("folder", type=Path, help="where answers and market are kept")
    stocks = parser.add_argument_group("which stocks (default: all of the US, former ones too)")
    stocks.add_argument("--tickers", type=Path, help="file of tickers or permaTickers, one a line")
    stocks.add_argument("--exchanges", nargs="+", default=[], metavar="NAME", help="such as NYSE")
    stocks.add_argument(
        "--largest", type=_number, help="so many by USD traded; whoever was once among them stays"
    )
    stocks.add_argument("--no-delisted", action="store_true", help="only stocks listed today")
    stocks.add_argument("--years", type=_number, default=15, help="of history (15)")
    plan = parser.add_argument_group("Tiingo")
    plan.add_argument("--plan", choices=PLANS, default="free", help="whose limits hold (free)")
    plan.add_argument("--per-hour", type=_number, help="requests, instead of the plan's")
    plan.add_argument("--per-day", type=_number, help="requests, instead of the plan's")
    plan.add_argument("--symbols-per-month", type=_number, help="instead of the plan's")
    plan.add_argument(
        "--no-wait", action="store_true", help="stop where the plan's requests are used up"
    )
    plan.add_argument(
        "--token-file",
        type=Path,
        help=f"file of mode 0600 (environment variable {VARIABLE}, or {DEFAULT_FILE})",
    )
    plan.add_argument(
        "--valuation-days", type=_number, default=7, help="how old market values may be (7)"
    )
    filings = parser.add_argument_group("fundamentals")
    filings.add_argument(
        "--fundamentals", choices=("tiingo", "sec"), default="tiingo", help="whose (tiingo)"
    )
    filings.add_argument("--contact", help="name and address for the SEC (or SEC_CONTACT)")
    filings.add_argument("--sec-days", type=_number, default=7, help="how old facts may be (7)")
    parser.add_argument(
        "--offline", action="store_true", help="ask nothing: make the market of what is there"
    )
    return parser


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a whole number of at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
