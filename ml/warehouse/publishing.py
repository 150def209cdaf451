"""Publishing: the marts of a finished build, copied into a file that nobody writes again."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection, DuckDBPyRelation, Error

from ml.warehouse.memory import pages_kept

POINTER = "latest"
UNFINISHED = "next.unfinished"
# Beside the publications: all runs, also those that published nothing; plugins/run_history.py.
HISTORY_FILE = "run_history.parquet"
# DuckDB that reads the files is at least this one.
STORAGE_VERSION = "v1.3.0"
# A group is held in memory until it is full; profiles.yml says what is gained with this size.
ROWS_OF_A_GROUP = 30_720
# A file of larger groups of rows is opened faster; sorted, a look-up still reads little of one.
ROWS_OF_A_SORTED_GROUP = 8 * ROWS_OF_A_GROUP


@dataclass(frozen=True)
class Publication:
    """A published file: where it is, its size in bytes, the rows of its tables, its SHA-256."""

    file: Path
    size: int
    rows: dict[str, int]
    sha256: str


class PublishingError(Exception):
    """Nothing can be published; the message says why, and what helps."""


def publications_folder(warehouse: Path) -> Path:
    """Folder of the publications of a warehouse: warehouse/published/<name of its file>/."""
    return warehouse.parent / "published" / warehouse.stem


def publications_of(con: DuckDBPyConnection) -> Path:
    """Folder of the publications of the warehouse that a connection is to."""
    [[warehouse]] = con.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    # A catalogue on a server, or MotherDuck: plugins/warehouse.py asks for the variable.
    is_elsewhere = re.match("md:|postgres:", warehouse or "md:")
    return publications_folder(Path(os.environ["WAREHOUSE"] if is_elsewhere else warehouse))


def published_file(folder: Path) -> Path:
    """The file that the pointer in a folder of publications names.

    Raises:
        FileNotFoundError: nothing has been published there.
    """
    # The name alone: a pointer from elsewhere leads to no other folder.
    return folder / Path((folder / POINTER).read_text().strip()).name


def is_whole(file: Path, sha256: str | None) -> bool:
    """Whether the pointer names a published file, and the file is what was written.

    Args:
        file: the file that was published last.
        sha256: its digest then.
    """
    try:
        return published_file(file.parent) == file and _sha256(file) == sha256
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def panel_of(
    con: DuckDBPyConnection,
    tables: Mapping[str, DuckDBPyRelation],
    folder: Path,
    is_study: bool,
) -> Iterator[dict[str, DuckDBPyRelation]]:
    """The panel's tables to publish: for a study as of an earlier day those published before.

    A study publishes what it found, and leaves what everybody sees. Its own panel, which ends with
    its day, is published only where nothing that reaches as far was.

    Args:
        con: connection to the warehouse, without an open transaction.
        tables: the panel's tables as built, by name; `weekly_prices` among them.
        folder: where the publications of this warehouse are.
        is_study: whether the panel is that of an earlier day.
    """
    if not is_study or not _attach_newest(con, folder):
        yield dict(tables)
        return
    try:
        there = con.execute(
            "select table_name from duckdb_tables() where database_name = 'earlier'"
        ).fetchall()
        has_all = {(name,) for name in tables} <= set(there)
        published = {name: con.table(f"earlier.main.{name}") for name in tables if has_all}
        yield (published if has_all and _last_day(published) >= _last_day(tables) else dict(tables))
    finally:
        con.execute("detach earlier")


def _attach_newest(con: DuckDBPyConnection, folder: Path) -> bool:
    # Missing or damaged, it is as if nothing had been published.
    try:
        file = literal(str(published_file(folder)))
        con.execute(f"attach {file} as earlier (read_only)")
    except (OSError, UnicodeDecodeError, Error):
        return False
    return True


def _last_day(tables: Mapping[str, DuckDBPyRelation]) -> date:
    [[last]] = tables["weekly_prices"].aggregate("max(date)").fetchall()
    return last or date.min


def begin(con: DuckDBPyConnection, tables: Mapping[str, DuckDBPyRelation], folder: Path) -> Path:
    """Copy tables into an unfinished file, which `publish` goes on with.

    What an earlier build left unfinished is dropped.

    Args:
        con: connection to the warehouse, without an open transaction.
        tables: what to copy, by the name it gets, which is its name in the warehouse.
        folder: where the publications of this warehouse are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_folders(folder)
    drop_unfinished(folder)
    unfinished = folder / UNFINISHED
    # Attached once: a query of another thread may hold on to it for a moment after it is detached.
    with pages_kept(), _attached(con, unfinished):
        for name, relation in tables.items():
            _copy(con, name, relation)
    return unfinished


def drop_unfinished(folder: Path) -> None:
    """Delete what `begin` wrote in a folder of publications and `publish` did not finish."""
    # With the log of writes that a build which was killed leaves beside the file.
    for left in folder.glob(f"{UNFINISHED}*"):
        left.unlink()


def publish(
    con: DuckDBPyConnection,
    tables: Mapping[str, DuckDBPyRelation],
    sorted_by: Mapping[str, Sequence[str]],
    folder: Path,
    published_at: datetime,
    kept: int,
    begun: Path | None = None,
) -> Publication:
    """Copy tables and their comments into a new versioned file, move the pointer, drop old files.

    The pointer, a text file with the published file's name, is replaced in one step, and only
    when the new file is complete and closed: a reader finds the old publication or the new one.

    Args:
        con: connection to the warehouse, without an open transaction.
        tables: what to publish, by the name it gets, which is its name in the warehouse.
        sorted_by: columns by which a table is sorted in the published file, by table name.
        folder: where the publications of this warehouse are.
        published_at: time of the publication; the file is named after it.
        kept: how many publications to keep, the new one among them.
        begun: the file that `begin` returned; tables that it has are not copied again.

    Raises:
        PublishingError: a folder stands where a file is to be written.
    """
    _refuse_folders(folder)
    unfinished = begun or begin(con, {}, folder)
    with _attached(con, unfinished):
        there = con.execute(
            "select table_name from duckdb_tables() where database_name = 'publication'"
        ).fetchall()
    for name in [name for name in tables if (name,) not in there]:
        if name in sorted_by:
            with _attached(con, unfinished, ROWS_OF_A_SORTED_GROUP):
                _copy(con, name, tables[name].order(", ".join(sorted_by[name])))
        else:
            with _attached(con, unfinished):
                _copy(con, name, tables[name])
    with _attached(con, unfinished):
        rows = {name: con.table(f"publication.main.{name}").shape[0] for name in tables}
    file = folder / f"{published_at:%Y%m%dT%H%M%S%f}.duckdb"
    sha256 = _sha256(unfinished)
    os.replace(unfinished, file)
    _move_pointer(folder, file.name)
    # By a clock that went ahead, older files may have later names.
    others = sorted(path for path in folder.glob("*.duckdb") if path != file)
    for old in others[: max(0, len(others) + 1 - kept)]:
        old.unlink()
    return Publication(file, file.stat().st_size, rows, sha256)


@contextlib.contextmanager
def _attached(
    con: DuckDBPyConnection, file: Path, rows_of_a_group: int = ROWS_OF_A_GROUP
) -> Iterator[None]:
    # Else detaching would write small groups of rows again, as larger ones.
    con.execute(
        f"set max_vacuum_tasks = 0; attach {literal(str(file))} as publication "
        f"(row_group_size {rows_of_a_group}, storage_version '{STORAGE_VERSION}')"
    )
    try:
        yield
    finally:
        con.execute("detach publication; reset max_vacuum_tasks")


def _copy(con: DuckDBPyConnection, name: str, relation: DuckDBPyRelation) -> None:
    target = f'publication.main."{name}"'
    con.execute(f"create table {target} as {relation.sql_query()}")
    _copy_comments(con, name, target)


def _copy_comments(con: DuckDBPyConnection, name: str, target: str) -> None:
    comments = con.execute(
        """
        select 'table ' || $target, comment
        from (select table_name, comment, database_name from duckdb_tables()
            union all select view_name, comment, database_name from duckdb_views())
        where database_name = current_database() and table_name = $name
        union all
        select 'column ' || $target || '."' || column_name || '"', comment
        from duckdb_columns()
        where database_name = current_database() and table_name = $name
        """,
        {"name": name, "target": target},
    ).fetchall()
    statements = [f"comment on {what} is {literal(text)}" for what, text in comments if text]
    # In one transaction: each of its own would wait for the disk.
    con.execute(";".join(["begin", *statements, "commit"]))


def literal(text: str) -> str:
    """A string as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _refuse_folders(folder: Path) -> None:
    for name in (POINTER, f"{POINTER}.new", UNFINISHED):
        if (folder / name).is_dir():
            raise PublishingError(
                f"{folder / name} is a folder, where publishing writes a file: move it away, "
                "then build again"
            )


def _move_pointer(folder: Path, name: str) -> None:
    pointer = folder / POINTER
    new = pointer.with_suffix(".new")
    new.write_text(name + "\n")
    os.replace(new, pointer)
