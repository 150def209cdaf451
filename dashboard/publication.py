"""The published file that the dashboard shows: opening it, and asking it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import streamlit as st

from dashboard.pointers import PublicationError, find_publications
from ml.publishing import POINTER, published_file

KEPT_OPEN = 5
DAMAGED = "The published file {} is damaged ({}). Run `make build` to publish a new one."


@dataclass(frozen=True)
class Publication:
    """A published file, open read only; it stays readable when the file is deleted."""

    file: Path
    version: int
    connection: duckdb.DuckDBPyConnection

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
    file = pointer
    try:
        if pointer.name == POINTER:
            file = published_file(pointer.parent)
        version = file.stat().st_mtime_ns
        return Publication(file, version, _connection(str(file), version))
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError) as error:
        raise PublicationError(
            f"{pointer} names no published file. Run `make build` to publish one."
        ) from error
    except duckdb.Error as error:
        raise PublicationError(DAMAGED.format(file, _first_line(error))) from error


def shown_publication() -> Publication:
    """The publication of the market chosen in the sidebar; ask once a run of a page.

    Where it cannot be shown, the page says why and stops.
    """
    try:
        pointers = find_publications()
        names = list(pointers)
        with st.sidebar:
            name = names[0]
            if len(names) > 1:
                name = st.selectbox("Market", names, key="market", bind="query-params")
            publication = open_publication(pointers[name])
            [[published_at]] = publication.query("select max(trained_at) from model_stats").rows()
            st.caption(f"{name}, trained {published_at:%d %b %Y %H:%M} UTC")
    except PublicationError as error:
        st.error(str(error))
        st.stop()
    return publication


@st.cache_resource(max_entries=KEPT_OPEN, show_spinner=False)
def _connection(file: str, version: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        file,
        read_only=True,
        config={"enable_external_access": False, "lock_configuration": True},
    )


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
            f"The published file {file} is of another version than this dashboard"
            f" ({_first_line(error)}). Run `make build` to publish a new one."
        ) from error
    except duckdb.Error as error:
        raise PublicationError(DAMAGED.format(file, _first_line(error))) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
