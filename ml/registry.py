"""The registry: which of the stored models a build needs, uses, or has still to train."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from duckdb import ColumnExpression, ConstantExpression, DuckDBPyRelation

from ml.training import Settings


class NoModelError(LookupError):
    """Raised when no stored model is the one that the build asks for."""


def newest_model(
    registry: DuckDBPyRelation, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> dict[str, Any]:
    """The newest row of `trained_<horizon>m` with this cutoff and these tickers left out.

    Raises:
        NoModelError: there is none.
    """
    ids = _matching(registry, cutoff_date, holdout_tickers)["model_id"]
    if ids.is_empty():
        raise NoModelError(
            f"no stored model has cutoff_date {cutoff_date} and holdout_tickers "
            f"{list(holdout_tickers)}: build the trained models with the same vars first"
        )
    return _row(registry, ids[-1])


def models_to_explain(
    registries: Sequence[DuckDBPyRelation], model_id: str | None, settings: Settings
) -> list[dict[str, Any]]:
    """The model of this id; without one, each horizon's newest as the settings ask.

    Args:
        registries: `trained_<horizon>m` of each horizon.
        model_id: var `model_id`.
        settings: what the build asks for.

    Raises:
        NoModelError: a model is not there.
    """
    if model_id is None:
        return [
            newest_model(registry, settings.cutoff_date, settings.holdout_tickers)
            for registry in registries
        ]
    for registry in registries:
        if model_id in registry.select("model_id").pl()["model_id"]:
            return [_row(registry, model_id)]
    raise NoModelError(f"no stored model has the id {model_id}")


def needed_studies(settings: Settings, registry: DuckDBPyRelation | None) -> list[Settings]:
    """What to train: what the build asks for and, before it, what that is to be compared with.

    A model that leaves tickers out stands beside one that has seen them, as of the same day.
    Where the registry has none, it is trained too.

    Args:
        settings: what the build asks for.
        registry: `trained_<horizon>m`; None when no model was ever trained.
    """
    seen = replace(settings, holdout_tickers=())
    if not settings.holdout_tickers or (
        registry is not None and not _matching(registry, settings.cutoff_date, ()).is_empty()
    ):
        return [settings]
    return [seen, settings]


def _matching(
    registry: DuckDBPyRelation, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> pl.DataFrame:
    keys = registry.select("model_id", "cutoff_date", "holdout_tickers", "trained_at").pl()
    return keys.filter(
        pl.col("cutoff_date").eq_missing(pl.lit(cutoff_date, pl.Date))
        & (pl.col("holdout_tickers").list.join(",") == ",".join(holdout_tickers))
    ).sort("trained_at")


def _row(registry: DuckDBPyRelation, model_id: str) -> dict[str, Any]:
    is_wanted = ColumnExpression("model_id") == ConstantExpression(model_id)
    return registry.filter(is_wanted).pl().row(0, named=True)
