"""Which markets have been published, and where the files of a publication are."""

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dashboard.fetching import FetchError, source
from ml.warehouse.publishing import POINTER, published_file
from ml.warehouse.stores import StoreError, is_address

PUBLISHED = Path(__file__).parents[1] / "warehouse" / "published"
# Visitors read these too, so they name no folder.
NO_FILE = "The pointer of {} names no published file. Run `make build` to publish one."
DAMAGED = "The published file {} is damaged ({}). Run `make build` to publish a new one."
# Ids of the newest model of each horizon, on all tickers and dates.
NEWEST_MODELS = """
select model_id
from model_stats
where cutoff_date is null and len(holdout_tickers) = 0
qualify row_number() over (partition by horizon_months order by trained_at desc) = 1
"""


class PublicationError(Exception):
    """No published file can be shown; the message says why, and what helps."""


def find_publications() -> dict[str, Path]:
    """The pointers there are, by the name of their market, newest first.

    Environment variable PUBLISHED names the only one to show: a pointer or a published file, or the
    address of a pointer, of which the file that it names is fetched first.

    Raises:
        PublicationError: nothing has been published.
    """
    if named := os.environ.get("PUBLISHED"):
        if is_address(named):
            return _fetched(named)
        path = Path(named).resolve()
        if not path.is_file():
            raise PublicationError(f"PUBLISHED names {path.name}, but there is no such file.")
        return {path.parent.name: path}
    pointers = sorted(
        PUBLISHED.glob(f"*/{POINTER}"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    if not pointers:
        raise PublicationError("Nothing has been published yet. Run `make build` first.")
    return {path.parent.name: path for path in pointers}


def _fetched(address: str) -> dict[str, Path]:
    try:
        pointer = source(address).pointer()
    except StoreError as error:
        raise PublicationError(f"{error}.") from None
    except FetchError as error:
        raise PublicationError(f"What PUBLISHED names cannot be fetched: {error}.") from None
    return {pointer.parent.name: pointer}


def news() -> str | None:
    """Why what is shown is not, or may not be, the newest: of publications that stand elsewhere."""
    named = os.environ.get("PUBLISHED", "")
    return source(named).news() if is_address(named) else None


def named_file(pointer: Path) -> Path:
    """The published file that a pointer names now; a published file names itself.

    Raises:
        PublicationError: the pointer is missing or damaged.
    """
    if pointer.name != POINTER:
        return pointer
    try:
        return published_file(pointer.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise PublicationError(NO_FILE.format(pointer.parent.name)) from error


def kept_file(pointer: Path, stem: str) -> Path | None:
    """The publication of that name beside a pointer, where it is kept; none beside a lone file."""
    # Compared with what is there: a name from an address leads nowhere else.
    files = pointer.parent.glob("*.duckdb") if pointer.name == POINTER else [pointer]
    return next((file for file in files if file.stem == stem), None)


def connect(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a published file: read only, and to nothing else."""
    return duckdb.connect(
        str(file),
        read_only=True,
        config={"enable_external_access": False, "lock_configuration": True},
    )


def notebook_file(published: Path, model_id: str, trained_at: datetime) -> Path:
    """Where the notebook of a published model is, or would be, as HTML.

    A model trained again on the same day has the same id, so the name holds the time as well.
    """
    time = trained_at.astimezone(UTC).strftime("%H%M%S")
    return published.parent / "notebooks" / f"model_{model_id}_{time}.html"
