"""The record of published forecasts: what was said, and when, for good.

Publications are its home, not the warehouse: a build begins with what they hold, and what it adds
counts once it is published. So a build that fails or is killed adds nothing, and a warehouse that
is lost takes nothing with it.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection, DuckDBPyRelation

from ml.warehouse.clock import newest, now_after
from ml.warehouse.publishing import literal, published_file

TABLE = "published_forecasts"
# Beside the publications: the record as it was published last.
RECORD_FILE = f"{TABLE}.parquet"
# What tells forecasts apart: other ranks or names do not make an old forecast a new one.
FORECAST = (
    "pred_col",
    "ticker",
    "date",
    "model_id",
    "trained_at",
    "predicted_mean",
    "predicted_std",
)
ROW = ("pred_col", "ticker", "date", "published_at")
ORDER = "published_at, pred_col, forecast_rank, ticker"
# Tables in memory, see profiles.yml.
SCRATCH = "scratch.main.recorded"
WAREHOUSE = "the warehouse"


class RecordError(Exception):
    """The record cannot be read, or would lose rows; the message says which, and what helps."""


def gather(
    con: DuckDBPyConnection, folder: Path, warn: Callable[[str], None]
) -> DuckDBPyRelation | None:
    """All forecasts that were published, from whatever holds them; None before the first.

    The file beside the publications is written anew where it lacks some.

    Args:
        con: connection to the warehouse, with a database `scratch` in memory.
        folder: where the publications of the warehouse are.
        warn: takes a sentence on what is damaged, or lacks forecasts.

    Raises:
        RecordError: nothing that is whole holds them all, or two hold different ones.
    """
    file, publication = folder / RECORD_FILE, _published_last(folder)
    if file.is_dir():
        raise RecordError(
            f"{file} is a folder, where the record of published forecasts belongs: move it away, "
            "then build again"
        )
    held: dict[str, str] = {}
    damaged: dict[str, str] = {}
    for place in (file, publication):
        if place is not None and place.exists():
            _hold(con, place, held, damaged)
    _hold_warehouse(con, held)
    if damaged and not held:
        raise RecordError(
            f"the record of published forecasts cannot be read: {_told(damaged)}. Put it back from "
            "a copy, or move it away, and dbt build goes on with what older publications hold"
        )
    if not held:
        for older in sorted(folder.glob("*.duckdb")):
            _hold(con, older, held, damaged)
    if damaged:
        rest = f"that of {' and '.join(held)}" if held else "empty"
        warn(f"{_told(damaged)} cannot be read: the record of published forecasts is {rest}")
    if not held:
        return None
    union = " union all by name ".join(f"from {table}" for table in held.values())
    con.execute(f"create or replace table {SCRATCH} as select distinct * from ({union})")
    _refuse_contradictions(con, held)
    if publication is not None:
        _complete_file(con, file, held, warn)
    return con.table(SCRATCH)


def with_new(
    con: DuckDBPyConnection, recorded: DuckDBPyRelation | None, forecasts: str, run_id: str
) -> str:
    """The record and those forecasts that are not in it yet, as a query.

    Args:
        con: connection to the warehouse.
        recorded: what was published; None where nothing was.
        forecasts: query of what is to be published.
        run_id: the dbt run that publishes it.
    """
    published_at = now_after(
        max(
            (at for at in (newest(recorded, "published_at"), last_publication(con)) if at),
            default=None,
        )
    )
    stamped = (
        f"select timestamptz '{published_at.isoformat()}' as published_at,"
        f" {literal(run_id)} as run_id, * from ({forecasts}) as new"
    )
    if recorded is None:
        return f"{stamped} order by {ORDER}"
    same = " and ".join(f"new.{column} = recorded.{column}" for column in FORECAST)
    # A column that older ones lack comes where it belongs, one that is gone comes last.
    return (
        f"{stamped} where not exists (select 1 from {SCRATCH} as recorded where {same})"
        f" union all by name from {SCRATCH} order by {ORDER}"
    )


def last_publication(con: DuckDBPyConnection) -> datetime | None:
    """When the warehouse published last, as far as it knows."""
    if not _tables(con) >= {"published"}:
        return None
    return newest(con.table("published"), "published_at")


def is_recorded(con: DuckDBPyConnection, table: str, folder: Path) -> bool:
    """Whether the file beside the publications holds the rows of a table, and no others."""
    digest = "select count(*), sum(hash(whole_row)::hugeint) from {} as whole_row"
    try:
        return (
            con.execute(digest.format(_parquet(folder / RECORD_FILE))).fetchall()
            == con.execute(digest.format(table)).fetchall()
        )
    except duckdb.Error:
        return False


def refuse_loss(con: DuckDBPyConnection, record: DuckDBPyRelation, folder: Path) -> None:
    """Stop before something is published that lacks forecasts which were published.

    Args:
        con: connection to the warehouse.
        record: what is to be published.
        folder: where the publications are.

    Raises:
        RecordError: it lacks some, or has other values for them.
    """
    file = folder / RECORD_FILE
    if not file.exists():
        return
    columns = ", ".join(con.read_parquet(str(file)).columns)
    [[lost]] = con.execute(
        f"select count(*) from (select {columns} from {_parquet(file)} except all "
        f"select {columns} from ({record.sql_query()}))"
    ).fetchall()
    if lost:
        raise RecordError(
            f"table {TABLE} lacks {lost} of the forecasts in {file}, which were published, or has "
            "other values for them: the next dbt build gathers them again, and publishes"
        )


def write_record(con: DuckDBPyConnection, record: DuckDBPyRelation, folder: Path) -> None:
    """Write the record beside the publications, as it was published."""
    con.execute(
        f"copy ({record.sql_query()}) to {literal(str(folder / RECORD_FILE))}"
        " (format parquet, compression zstd, use_tmp_file true)"
    )


def _published_last(folder: Path) -> Path | None:
    try:
        file = published_file(folder)
    except (OSError, ValueError):
        return None
    return file if file.is_file() else None


def _hold(
    con: DuckDBPyConnection, place: Path, held: dict[str, str], damaged: dict[str, str]
) -> None:
    """Copy the record that a file holds: from here on nothing of it can turn out damaged."""
    table = f"{SCRATCH}_{len(held)}"
    try:
        if place.suffix == ".parquet":
            con.execute(f"create or replace table {table} as from {_parquet(place)}")
        elif not _copy_of_publication(con, place, table):
            return
        missing = {*FORECAST, *ROW} - set(con.table(table).columns)
    except duckdb.Error as error:
        [damaged[str(place)], *_] = str(error).splitlines()
        return
    if missing:
        damaged[str(place)] = f"it has no column {min(missing)}"
    else:
        held[str(place)] = table


def _copy_of_publication(con: DuckDBPyConnection, file: Path, table: str) -> bool:
    """Whether a publication has a record, which is copied: those of older releases have none."""
    con.execute(f"attach {literal(str(file))} as recorded (read_only)")
    try:
        is_there = TABLE in _tables(con, "recorded")
        if is_there:
            con.execute(f"create or replace table {table} as from recorded.main.{TABLE}")
    finally:
        con.execute("detach recorded")
    return is_there


def _hold_warehouse(con: DuckDBPyConnection, held: dict[str, str]) -> None:
    """What the warehouse has published: a build that came to nothing left forecasts there too."""
    published_last = last_publication(con)
    if published_last is not None and TABLE in _tables(con):
        table = f"{SCRATCH}_{len(held)}"
        con.execute(
            f"create or replace table {table} as from {TABLE}"
            f" where published_at <= timestamptz '{published_last.isoformat()}'"
        )
        held[WAREHOUSE] = table


def _refuse_contradictions(con: DuckDBPyConnection, held: dict[str, str]) -> None:
    twice = con.execute(
        f"select {', '.join(ROW)} from {SCRATCH} group by all having count(*) > 1 "
        "order by all limit 1"
    ).fetchall()
    if twice:
        [(pred_col, ticker, day, published_at)] = twice
        raise RecordError(
            f"the forecast of {ticker} for {day} ({pred_col}), published at {published_at}, is not "
            f"the same in {' and in '.join(held)}: move away the one that was changed (of the "
            f"warehouse, drop table {TABLE}), and dbt build goes on with the others"
        )


def _complete_file(
    con: DuckDBPyConnection, file: Path, held: dict[str, str], warn: Callable[[str], None]
) -> None:
    record = con.table(SCRATCH)
    lacking = None
    if str(file) in held:
        lacking = record.shape[0] - con.table(held[str(file)]).distinct().shape[0]
    if lacking:
        others = " and ".join(name for name in held if name != str(file))
        warn(
            f"{file} lacks {lacking} of the {record.shape[0]} forecasts that were published and "
            f"that are in {others}: it is written anew"
        )
    if lacking != 0:
        write_record(con, record.order(ORDER), file.parent)


def _tables(con: DuckDBPyConnection, database: str | None = None) -> set[str]:
    return {
        name
        for [name] in con.execute(
            "select table_name from duckdb_tables() "
            "where database_name = coalesce($1, current_database())",
            [database],
        ).fetchall()
    }


def _parquet(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"


def _told(damaged: dict[str, str]) -> str:
    return "; ".join(f"{place} ({why})" for place, why in damaged.items())
