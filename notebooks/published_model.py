"""The model that a notebook is about, and what the published file holds of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from dashboard.pointers import (
    DAMAGED,
    NEWEST_MODELS,
    PublicationError,
    connect,
    find_publications,
    named_file,
)

NEWEST = f"""
select * from model_stats
where horizon_months = ? and model_id in ({NEWEST_MODELS})
"""
NAMED = "select * from model_stats where model_id = ?"


@dataclass(frozen=True)
class PublishedModel:
    """A row of `model_stats`, and the published file it stands in, open read only."""

    file: Path
    connection: duckdb.DuckDBPyConnection
    stats: dict[str, Any]

    def query(self, sql: str, *parameters: object) -> pl.DataFrame:
        """The result of a query with a `?` for each parameter."""
        return self.connection.execute(sql, parameters).pl()

    def table(self, sql: str) -> pl.DataFrame:
        """The result of a query whose only parameter, `$model_id`, is this model."""
        return self.connection.execute(sql, {"model_id": self.stats["model_id"]}).pl()


def published_file() -> Path:
    """The file that was published last, or the one that environment variable PUBLISHED names.

    Raises:
        PublicationError: there is none.
    """
    return named_file(next(iter(find_publications().values())))


def open_model(file: Path, wanted: int | str) -> PublishedModel:
    """A published model.

    Args:
        file: the published file.
        wanted: a horizon in months, for its newest model on all tickers and dates; or a model's id.

    Raises:
        PublicationError: the file is damaged or of another version, or holds no such model.
    """
    try:
        connection = connect(file)
        query = NAMED if isinstance(wanted, str) else NEWEST
        models = connection.execute(query, [wanted]).pl()
    except duckdb.Error as error:
        raise PublicationError(unreadable(file, type(error).__name__, str(error))) from error
    if models.is_empty() and isinstance(wanted, str):
        raise PublicationError(
            f"The published file {file} holds no model {wanted}: query model_stats for those it"
            " holds."
        )
    if models.is_empty():
        raise PublicationError(
            f"The published file {file} holds no model of {wanted} months on all tickers and"
            " dates. Run `make build` to train one."
        )
    return PublishedModel(file, connection, models.row(0, named=True))


def horizons(file: Path) -> list[int]:
    """Horizons in months of the models in a published file, shortest first.

    Raises:
        PublicationError: the file is damaged or of another version, or holds no model.
    """
    try:
        found = connect(file).execute("select distinct horizon_months from model_stats").fetchall()
    except duckdb.Error as error:
        raise PublicationError(unreadable(file, type(error).__name__, str(error))) from error
    if not found:
        raise PublicationError(
            f"The published file {file} holds no model. Run `make build` to train some."
        )
    return sorted(months for (months,) in found)


def unreadable(file: Path, error_name: str, message: str) -> str:
    """One sentence on an error of DuckDB's about a published file."""
    [first_line, *_] = message.splitlines()
    if error_name in ("CatalogException", "BinderException"):
        return (
            f"The published file {file} is of another version than this notebook ({first_line})."
            " Run `make build` to publish a new one."
        )
    return DAMAGED.format(file, first_line)
