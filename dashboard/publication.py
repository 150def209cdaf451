"""The published file that the dashboard shows: opening it, and asking it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import streamlit as st

from dashboard.pointers import (
    DAMAGED,
    NO_FILE,
    PublicationError,
    connect,
    named_file,
)

KEPT_OPEN = 5


@dataclass(frozen=True)
class Publication:
    """A published file, open read only; it stays readable when the file is deleted."""

    file: Path
    version: int
    connection: duckdb.DuckDBPyConnection

    @property
    def market(self) -> str:
        """Name of its market: that of the folder of its publications."""
        return self.file.parent.name

    def query(self, sql: str, *parameters: object) -> pl.DataFrame:
        """The result of a query, cached for as long as the file is shown.

        Args:
            sql: a select with `?` for each parameter.
            parameters: their values; lists and dates among them.

        Raises:
            PublicationError: the file is damaged, or of another version than the dashboard.
        """
        return _query(str(self.file), self.version, sql, parameters, self.connection)


def open_publication(pointer: Path) -> Publication:
    """Open what a pointer names now, or a published file itself.

    Raises:
        PublicationError: the file is missing or damaged.
    """
    while True:
        file = named_file(pointer)
        try:
            version = file.stat().st_mtime_ns
            return Publication(file, version, _connection(str(file), version))
        except (OSError, duckdb.Error) as error:
            # The file may have been superseded and deleted since the pointer was read.
            if named_file(pointer) != file:
                continue
            if isinstance(error, OSError):
                raise PublicationError(NO_FILE.format(pointer.parent.name)) from error
            raise PublicationError(DAMAGED.format(file.name, _first_line(error, file))) from error


@st.cache_resource(max_entries=KEPT_OPEN, show_spinner=False)
def _connection(file: str, version: int) -> duckdb.DuckDBPyConnection:
    return connect(Path(file))


@st.cache_data(max_entries=500, show_spinner=False)
def _query(
    file: str,
    version: int,
    sql: str,
    parameters: tuple[object, ...],
    _connection: duckdb.DuckDBPyConnection,
) -> pl.DataFrame:
    try:
        with _connection.cursor() as cursor:
            return cursor.execute(sql, parameters).pl()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise PublicationError(
            f"The published file {Path(file).name} is of another version than this dashboard"
            f" ({_first_line(error, Path(file))}). Run `make build` to publish a new one."
        ) from error
    except duckdb.Error as error:
        raise PublicationError(
            DAMAGED.format(Path(file).name, _first_line(error, Path(file)))
        ) from error


def _first_line(error: Exception, file: Path) -> str:
    return str(error).splitlines()[0].replace(f"{file.parent}/", "")
