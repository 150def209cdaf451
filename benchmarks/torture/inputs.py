"""Input that is corrupted: is it read as it was meant, refused in a sentence, or taken silently?"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.torture.builds import (
    FEW_TREES,
    LEAN,
    TABLES,
    Builds,
    connect,
    digests,
    write_market,
)
from benchmarks.torture.market_cases import MARKETS, Market
from benchmarks.torture.stock_cases import CALLED, STOCKS
from benchmarks.torture.words import raw_text, sentence

STAGED = (*LEAN, "--select", "+path:models/staging", "--exclude-resource-type", "test")
PANEL = (*LEAN, "--select", "+features", "+excess_returns", "+rejected_rows")
IDENTICAL, REFUSED, WARNED = "identical", "refused in a sentence", "warned"
REJECTED, RAW, SILENT = "rows rejected", "raw error", "silently different"
OF_STAGING, OF_PANEL = "stg_.*", "features|excess_returns"
# Numbers between stocks: one that is corrupted may move those of all.
OF_ALL_STOCKS = r".*_rank|.*_score"


@dataclass
class Outcome:
    """What came of one corruption."""

    level: str
    corruption: str
    outcome: str
    said: str


class Panels:
    """Panels of corrupted copies of one market, in one folder."""

    def __init__(self, folder: Path, source: Path, **settings: object) -> None:
        """Build the panel of the market as it is."""
        self.source = source
        self.market = folder / "market"
        self.market.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, self.market, dirs_exist_ok=True)
        self.builds = Builds(folder / "panel", market=str(self.market), **FEW_TREES, **settings)
        if self.build() != 0:
            raise SystemExit(self.builds.log[-3000:])
        self.warnings = warnings(self.builds.log)
        self.rejected = self.rows(REJECTIONS)

    def build(self, *nodes: str) -> int | str:
        """The panel, or other nodes, from nothing."""
        self.builds.clear()
        return self.builds.build(*(nodes or PANEL))

    def rows(self, query: str) -> list[tuple]:
        """What a query of the warehouse gives."""
        with connect(self.builds.warehouse, read_only=True) as con:
            return con.execute(query).fetchall()

    def made(self, tables: str) -> dict[str, tuple]:
        """Digests of the tables whose names a pattern fits."""
        with connect(self.builds.warehouse, read_only=True) as con:
            return digests(con, tables)

    def tables(self) -> duckdb.DuckDBPyConnection:
        """The market in memory, with numbers as doubles, so that anything fits."""
        con = connect()
        for table in TABLES:
            con.execute(f"create table {table} as from '{self.source / table}.parquet'")
            columns = con.execute(
                "select column_name from duckdb_columns() where table_name = $1"
                " and regexp_matches(data_type, 'DECIMAL|INT|FLOAT')"
                " and column_name not in ('year', 'quarter', 'sicCode')",
                [table],
            ).fetchall()
            for [column] in columns:
                con.execute(f'alter table {table} alter "{column}" type double')
        return con


REJECTIONS = "select table_name, reason, count(*) from rejected_rows group by all order by all"


def warnings(log: str) -> set[str]:
    """Tests that warned, and sentences that the project logged as warnings."""
    return set(re.findall(r"Warning in test (\S+)|^\S+  (?:WARNING|warning): (.*)$", log, re.M)) | {
        (line, "") for line in re.findall(r"\[WARNING\]:? (.*)", log)
    }


def whole_markets(folder: Path, source: Path, only: list[str] | None = None) -> Iterator[Outcome]:
    """Corrupt a whole market in each way, and build its panel."""
    panels = Panels(folder / "markets", source)
    clean, clean_staged = panels.made(OF_PANEL), panels.made(OF_STAGING)
    for name in only or MARKETS:
        shutil.rmtree(panels.market)
        panels.market.mkdir()
        with panels.tables() as con:
            market = Market(con, panels.market)
            MARKETS[name](market)
        market.age()
        # What staging gives alike, the panel does: it is built only of what differs there.
        code = panels.build(*STAGED)
        log = panels.builds.log
        is_same = code == 0 and panels.made(OF_STAGING) == clean_staged
        if code == 0 and not is_same:
            code = panels.builds.build(*PANEL)
            log += panels.builds.log
            is_same = code == 0 and panels.made(OF_PANEL) == clean
        said = sentence(log)
        if code != 0:
            raw = raw_text(log, code)
            outcome = f"{RAW}: {raw}" if raw else REFUSED
        elif is_same:
            outcome = IDENTICAL
        else:
            new = warnings(log) - panels.warnings
            rejected = [row for row in panels.rows(REJECTIONS) if row not in panels.rejected]
            outcome = WARNED if new else REJECTED if rejected else SILENT
            said = "; ".join(
                [*(word for pair in sorted(new) for word in pair if word)]
                + [f"{table}: {reason}: {rows}" for table, reason, rows in rejected]
            )[:600]
        yield Outcome("market", name, outcome, said)


def stocks(folder: Path, source: Path, only: list[str] | None = None) -> Iterator[Outcome]:
    """Corrupt one stock in each way, all at once; where that is refused, each alone.

    Args:
        folder: where to work.
        source: a market with at least as many stocks as there are corruptions.
        only: the names of some corruptions.
    """
    cases = {name: STOCKS[name] for name in only or STOCKS}
    panels = Panels(folder / "stocks", source, rejected_share_error=1.0)
    with connect(panels.builds.warehouse, read_only=True) as con:
        tickers = [t for [t] in con.execute(TICKERS).fetchall()][: len(cases)]
    clean = folder / "clean.duckdb"
    shutil.copy(panels.builds.warehouse, clean)
    chosen = dict(zip(cases, tickers, strict=True))
    corrupted(panels, [(statements, chosen[name]) for name, statements in cases.items()])
    if panels.build() == 0:
        for name, ticker in chosen.items():
            yield Outcome("stock", name, *of_one_stock(panels, clean, ticker, CALLED.get(name)))
        return
    for name, ticker in chosen.items():
        corrupted(panels, [(cases[name], ticker)])
        code = panels.build()
        log = panels.builds.log
        if code == 0:
            yield Outcome("stock", name, *of_one_stock(panels, clean, ticker, CALLED.get(name)))
        else:
            raw = raw_text(log, code)
            yield Outcome("stock", name, f"{RAW}: {raw}" if raw else REFUSED, sentence(log))


TICKERS = "select distinct ticker from features order by ticker"


def corrupted(panels: Panels, changes: list[tuple[list[str], str]]) -> None:
    """Write the market with some stocks corrupted."""
    with panels.tables() as con:
        for statements, ticker in changes:
            for statement in statements:
                con.execute(statement.replace("'$'", f"'{ticker}'"))
        market = Market(con, panels.market)
        market.write()
    market.age()


def of_one_stock(
    panels: Panels, clean: Path, ticker: str, called: str | None = None
) -> tuple[str, str]:
    """What became of a stock: its rows against those of the clean panel, and what was rejected.

    Args:
        panels: built of the corrupted market.
        clean: the warehouse of the clean one.
        ticker: that of the stock.
        called: SQL of its ticker in the corrupted market, if another.
    """
    with connect(panels.builds.warehouse, read_only=True) as con:
        con.execute(f"attach '{clean}' as clean (read_only)")
        now = con.execute(f"select upper({called or '$1'})", [] if called else [ticker]).fetchone()
        changed = 0
        for table in ("features", "excess_returns"):
            columns = ", ".join(
                f'"{name}"'
                for [name] in con.execute(
                    "select column_name from duckdb_columns() where database_name = 'clean'"
                    " and table_name = $1 and column_name <> 'ticker'"
                    " and not regexp_full_match(column_name, $2)"
                    " order by column_index",
                    [table, OF_ALL_STOCKS],
                ).fetchall()
            )
            before = f"select {columns} from clean.{table} where ticker = $1"
            after = f"select {columns} from {table} where ticker = $2"
            [[rows]] = con.execute(
                f"select count(*) from (({before} except all {after})"
                f" union all ({after} except all {before}))",
                [ticker, *now],
            ).fetchall()
            changed += rows
        rejections = (
            "select table_name || ': ' || reason || ': ' || count(*) from {}rejected_rows"
            " where list_contains(string_split(key, ' '), $1) group by table_name, reason"
        )
        rejected = {row for [row] in con.execute(rejections.format(""), [ticker]).fetchall()}
        rejected -= {row for [row] in con.execute(rejections.format("clean."), [ticker]).fetchall()}
    warned = re.findall(rf"^.*\bticker {re.escape(ticker)}\b.*$", panels.builds.log, re.MULTILINE)
    said = "; ".join(sorted(rejected) or warned)
    if not changed:
        return IDENTICAL, said
    if not said:
        return SILENT, f"{changed} rows changed"
    return REJECTED if rejected else WARNED, said[:600]


def campaign(folder: Path, market: Path) -> Iterator[Outcome]:
    """All corruptions, of whole markets and of single stocks."""
    yield from whole_markets(folder, market)
    yield from stocks(folder, write_market(folder / "many_stocks", stocks=len(STOCKS)))
