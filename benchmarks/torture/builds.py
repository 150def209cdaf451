"""A small market, and builds of it in a folder of their own: dbt parsed once, forked for each."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.forked_dbt import ROOT, Forks, wait
from ml.warehouse.publishing import POINTER, publications_folder, published_file

REAL_MARKET = ROOT.parent / "shared" / "market"
TABLES = (
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
)
STOCKS = 25
FEW_TREES = {"steps": 5, "seed": 1}
# Without dbt's own log and manifest, of megabytes and a fifth of a panel's CPU.
LEAN = ("--no-write-json", "--log-level-file", "none")
# Times, and ids that are made of a day: these differ between builds of the same data.
OF_THEIR_TIME = (
    "trained_at",
    "training_date",
    "training_seconds",
    "model_id",
    "backtest_id",
    "published_at",
    "run_id",
)
# Hold the builds themselves, and what came of each model that was published.
OF_THEIR_BUILD = ("run_history", "track_record", "track_record_stats")
# Models of other times add the same forecasts once more.
RECORD = "published_forecasts"


def write_market(folder: Path, stocks: int = STOCKS) -> Path:
    """Some stocks of the real market in parquet, or of the built-in one where that is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with connect() as con:
        if REAL_MARKET.is_dir():
            sources = {table: f"'{REAL_MARKET / table}.parquet'" for table in TABLES}
        else:
            simulated = Builds(folder.parent / "simulated", simulated_tickers=40)
            simulated.build("--select", "path:models/simulation", "--exclude-resource-type", "test")
            con.execute(f"attach '{simulated.warehouse}' as made (read_only)")
            sources = {table: f"made.simulated_{table}" for table in TABLES}
        long = con.execute(
            f"select ticker from {sources['daily_adjusted']} where ticker <> 'SPY'"
            " group by ticker having count(*) > 2500 order by ticker"
        ).fetchall()
        chosen = [ticker for [ticker] in random.Random(0).sample(long, min(stocks, len(long)))]
        for table, source in sources.items():
            file = folder / f"{table}.parquet"
            query = f"select * from {source} where list_contains($1, ticker)"
            con.execute(f"copy ({query}) to '{file}'", [[*chosen, "SPY"]])
            age(file)
    return folder


def age(file: Path) -> None:
    """Make a file one minute old: what has just been written is not yet trusted to stay."""
    os.utime(file, (time.time() - 60,) * 2)


def connect(file: Path | str = ":memory:", read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """DuckDB without threads of its own, which a fork would not survive."""
    return duckdb.connect(str(file), read_only=read_only, config={"threads": 1})


class Builds:
    """Builds in one folder, with a warehouse and publications of its own.

    A fork starts where dbt has read the project: a build costs its nodes and little else.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        """Read the project with these vars; nothing is built yet."""
        # What a build leaves behind stands alone, so that it can be kept, damaged and put back.
        self.state = folder / "state"
        self.state.mkdir(parents=True, exist_ok=True)
        self.warehouse = self.state / "warehouse.duckdb"
        self.publications = publications_folder(self.warehouse)
        self.log_file = folder / "build.log"
        self.settings = settings
        self.seconds = 0.0
        self.environment = {
            "WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        self.forks = Forks()
        self.parse()

    def parse(self, **settings: object) -> None:
        """Read the project with other vars too, else the first build with them does."""
        self.forks.parse({**self.settings, **settings})

    def start(
        self,
        *arguments: str,
        before: Callable[[], object] = lambda: None,
        **settings: object,
    ) -> int:
        """Fork a build; the id of its process, and of the group that it leads.

        Args:
            arguments: of `dbt build`.
            before: called in the new process, to limit it for example.
            settings: vars beside those of all builds here.
        """
        return self.forks.start(
            ["build", "--exclude-resource-type", "unit_test", *arguments],
            {**self.settings, **settings},
            self.environment,
            self.log_file,
            before=before,
        )

    def build(self, *arguments: str, **settings: Any) -> int | str:
        """A build to its end; its exit code, minus a signal's number, or `hangs`."""
        began = time.monotonic()
        code = wait(self.start(*arguments, **settings))
        self.seconds = time.monotonic() - began
        return code

    @property
    def log(self) -> str:
        """What the last build said."""
        return self.log_file.read_text(errors="replace") if self.log_file.is_file() else ""

    @property
    def pointer(self) -> Path:
        """The pointer to the published file."""
        return self.publications / POINTER

    def named(self) -> str | None:
        """What the pointer says; None where there is none."""
        try:
            return self.pointer.read_text()
        except OSError:
            return None

    def published(self) -> dict[str, tuple] | str:
        """A digest of each published table, of all its rows; or what is wrong with the file."""
        try:
            with connect(published_file(self.publications), read_only=True) as con:
                return digests(con)
        except (OSError, ValueError, duckdb.Error) as error:
            return f"{type(error).__name__}: {str(error)[:200]}"

    def recorded(self) -> set[int]:
        """Hashes of all forecasts ever published, with their times; none where it is damaged."""
        try:
            with connect(published_file(self.publications), read_only=True) as con:
                return {
                    row for [row] in con.execute(f"select hash(r) from {RECORD} as r").fetchall()
                }
        except (OSError, ValueError, duckdb.Error):
            return set()

    def clear(self) -> None:
        """Delete warehouse and publications."""
        for path in self.state.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def keep(self, folder: Path) -> None:
        """Copy warehouse and publications elsewhere, for `restore`."""
        shutil.copytree(self.state, folder)

    def restore(self, folder: Path) -> None:
        """Bring back what `keep` copied, and nothing beside it."""
        self.clear()
        shutil.copytree(folder, self.state, dirs_exist_ok=True)


def digests(con: duckdb.DuckDBPyConnection, tables: str = ".*") -> dict[str, tuple]:
    """Rows of each table with a sum of their hashes, but for what each build must differ in.

    Args:
        con: the database.
        tables: a pattern that fits their whole names.
    """
    names = con.execute(
        "select table_name, list(column_name) from duckdb_columns()"
        " where not internal and not list_contains($1, table_name)"
        " and not list_contains($2, column_name) and regexp_full_match(table_name, $3)"
        " group by table_name order by table_name",
        [OF_THEIR_BUILD, OF_THEIR_TIME, tables],
    ).fetchall()
    found = {}
    for table, columns in names:
        distinct = "distinct " if table == RECORD else ""
        hashes = f"select {distinct}hash({', '.join(map(quoted, sorted(columns)))}) as h"
        query = f"select count(*), sum(h::hugeint) from ({hashes} from {quoted(table)})"
        found[table] = con.execute(query).fetchone()
    return found


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def difference(one: dict[str, tuple] | str, other: dict[str, tuple] | str) -> str:
    """`equal`, or which tables differ, or what is wrong with a file."""
    for found in (one, other):
        if isinstance(found, str):
            return found
    tables = sorted(t for t in {*one, *other} if one.get(t) != other.get(t))
    return f"differs: {', '.join(tables)}" if tables else "equal"
