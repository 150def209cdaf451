"""Has dbt make the input tables of what was fetched, and puts them where builds read them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from loading import clock
from loading.errors import LoadError
from loading.ledger import sync_folder
from loading.secret import VARIABLE
from ml.warehouse.publishing import literal

ROOT = Path(__file__).parents[1]
# A build that has just begun may read the one before.
KEPT = 2
TABLES = (
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
    "market_loads",
)
# What the SEC's filings take the place of.
OF_FILINGS = ("fundamentals_statements", "fundamentals_daily", "fundamentals_meta")


def make_market(folder: Path, fundamentals: str) -> Path:
    """Write the input tables as parquet, and have the market of the folder be these.

    All change at one moment: `market` is a link to the folder of a load, and is replaced whole.

    Args:
        folder: of the load.
        fundamentals: whose they are, tiingo or sec.

    Returns:
        The market.

    Raises:
        LoadError: a model or one of its tests fails.
    """
    loads = folder / "loads"
    loads.mkdir(exist_ok=True)
    for left_over in loads.glob(".*"):
        shutil.rmtree(left_over)
    name = f"{clock.now():{clock.STAMP}}"
    part = Path(tempfile.mkdtemp(prefix=".part", dir=loads)).resolve()
    raw = (folder / "raw").resolve()
    _write_tables(part, "tiingo", TABLES, raw_market=str(raw))
    if fundamentals == "sec":
        # Market values are made of shares and the prices that are there by now.
        _write_tables(part, "sec", OF_FILINGS, raw_market=str(raw), market=str(part))
    for file in part.iterdir():
        _sync_file(file)
    sync_folder(part)
    target = loads / name
    while target.exists():
        target = target.with_name(f"{target.name}_")
    os.replace(part, target)
    sync_folder(loads)
    _point(folder / "market", target)
    for old in sorted(entry for entry in loads.iterdir() if entry.is_dir())[:-KEPT]:
        shutil.rmtree(old)
    return folder / "market"


def _point(market: Path, target: Path) -> None:
    """Have the market be the tables of a load, at one moment."""
    link = market.with_name(".market")
    link.unlink(missing_ok=True)
    link.symlink_to(target.relative_to(market.parent), target_is_directory=True)
    os.replace(link, market)
    sync_folder(market.parent)


def _write_tables(part: Path, source: str, tables: tuple[str, ...], **settings: str) -> None:
    """Have dbt make the tables of a source in a warehouse of their own, and write them."""
    with tempfile.TemporaryDirectory(prefix="loading") as working:
        warehouse = Path(working) / "loading.duckdb"
        _run_dbt(Path(working), warehouse, f"+path:models/loading/{source}", settings)
        try:
            with duckdb.connect(str(warehouse), read_only=True) as con:
                for table in tables:
                    con.execute(
                        f"copy (from main.{source}_{table} order by all)"
                        f" to {literal(str(part / f'{table}.parquet'))}"
                        " (format parquet, compression zstd)"
                    )
        except duckdb.Error as error:
            [said, *_] = str(error).splitlines()
            raise LoadError(
                f"the tables could not be written, and the market stays as it was: {said}"
            ) from error


def _run_dbt(working: Path, warehouse: Path, selected: str, settings: dict[str, str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    environment |= {
        "WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(working / "target"),
        "DBT_LOG_PATH": str(working / "logs"),
    }
    result = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "--no-use-colors", "build"),
            *(
                "--project-dir",
                ROOT,
                "--profiles-dir",
                ROOT,
                "--exclude-resource-type",
                "unit_test",
            ),
            *("--select", selected, "--vars", json.dumps(settings)),
        ],
        env=environment,
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        lines = [re.sub(r"^\d\d:\d\d:\d\d +", "", line) for line in result.stdout.splitlines()]
        first = next((n for n, line in enumerate(lines) if "Failure in" in line), None)
        first = first or next((n for n, line in enumerate(lines) if "Error" in line), 0)
        raise LoadError(
            "the tables could not be made of what was fetched, and the market stays as it was:\n"
            + "\n".join(lines[first : first + 12])
        )


def _sync_file(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
