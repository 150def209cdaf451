"""The registry: which of the stored models a build needs, uses, or has still to train."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from duckdb import ColumnExpression, ConstantExpression, DuckDBPyRelation

from ml.learning.matrix import FeatureSet
from ml.learning.splits import SHORTEST_HISTORY_MONTHS, TooLittleHistoryError
from ml.learning.training import labelled_rows
from ml.warehouse import integrity
from ml.warehouse.clock import newest
from ml.warehouse.fingerprints import fingerprint, parameters, versions
from ml.warehouse.settings import Settings
from ml.warehouse.training import SCHEMA, train


class NoModelError(LookupError):
    """Raised when no stored model is the one that the build asks for."""


def newest_models(
    trained: DuckDBPyRelation, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> dict[int, dict[str, Any]]:
    """The newest row of `trained_models` with this cutoff and these tickers left out, by horizon.

    Raises:
        NoModelError: there is none of any horizon.
    """
    ids = _as_asked(trained, cutoff_date, holdout_tickers)
    newest_ids = ids.group_by("horizon_months").last().sort("horizon_months")
    if newest_ids.is_empty():
        raise NoModelError(
            f"no stored model has cutoff_date {cutoff_date} and holdout_tickers "
            f"{list(holdout_tickers)}: build the trained models with the same vars first"
        )
    return {months: _row(trained, id_) for months, id_ in newest_ids.iter_rows()}


def models_to_explain(
    trained: DuckDBPyRelation, model_id: str | None, settings: Settings
) -> list[dict[str, Any]]:
    """The model of this id; without one, each horizon's newest as the settings ask.

    Args:
        trained: `trained_models`.
        model_id: var `model_id`.
        settings: what the build asks for.

    Raises:
        NoModelError: there is none.
    """
    if model_id is None:
        newest_ones = newest_models(trained, settings.cutoff_date, settings.holdout_tickers)
        return list(newest_ones.values())
    if model_id in trained.select("model_id").pl()["model_id"]:
        return [_row(trained, model_id)]
    raise NoModelError(f"no stored model has the id {model_id}")


def needed_studies(settings: Settings, registry: DuckDBPyRelation | None) -> list[Settings]:
    """What to train: what the build asks for and, before it, what that is to be compared with.

    A model that leaves tickers out stands beside one that has seen them, as of the same day.
    Where the registry has none, or a damaged one, it is trained too.

    Args:
        settings: what the build asks for.
        registry: `trained_<horizon>m`; None when no model was ever trained.
    """
    if not settings.holdout_tickers:
        return [settings]
    stored = None if registry is None else _newest(registry, settings.cutoff_date, ())
    if stored is not None and integrity.is_whole(stored):
        return [settings]
    return [replace(settings, holdout_tickers=()), settings]


def train_where_needed(
    registry: DuckDBPyRelation | None,
    settings: Settings,
    horizon_months: int,
    *,
    retrain: bool,
    may_lack: bool,
    log: Callable[[str], None],
    warn: Callable[[str], None],
    **inputs: Any,
) -> pl.DataFrame:
    """Train what the build needs, but for models that would come out as they are stored.

    One whose stored row is damaged is trained anew.

    Args:
        registry: `trained_<horizon>m`; None when no model was ever trained.
        settings: what the build asks for.
        horizon_months: length of the label window.
        retrain: whether to train whatever is stored.
        may_lack: whether to go on, with a warning, where the history is too short for a model.
        log: takes a sentence that says why a model was kept or trained.
        warn: takes a sentence that says why there is none.
        inputs: the other arguments of `ml.warehouse.training.train`.

    Returns:
        One row per model trained, none per model kept, with the columns of `SCHEMA`.

    Raises:
        TooLittleHistoryError: the history is too short, and the model may not lack.
    """
    rows = [pl.DataFrame(schema=SCHEMA)]
    trained_last = newest(registry, "trained_at")
    for study in needed_studies(settings, registry):
        stored = None
        if registry is not None:
            stored = _newest(registry, study.cutoff_date, study.holdout_tickers)
        if stored is None:
            reasons = ["no model yet"]
        elif not integrity.is_whole(stored):
            reasons = [f"damage to the stored {stored['model_id']}"]
        else:
            reasons = _reasons_to_train(stored, study, horizon_months, **inputs)
            if retrain:
                reasons.append("retrain: true")
            if not reasons:
                log(
                    f"{horizon_months} months: kept {stored['model_id']}, its data, parameters "
                    "and code are unchanged"
                )
                continue
        log(f"{horizon_months} months: training, because of {', '.join(reasons)}")
        try:
            trained = train(
                **inputs,
                settings=study,
                horizon_months=horizon_months,
                trained_after=trained_last,
            )
        except TooLittleHistoryError as error:
            sentence = f"{error}{_earliest_cutoff(study, horizon_months, inputs['panel'])}"
            if not may_lack:
                raise TooLittleHistoryError(sentence) from error
            warn(f"{horizon_months} months: no new model, the others are not affected: {sentence}")
            continue
        trained_last = trained["trained_at"].item()
        rows.append(trained)
    return pl.concat(rows)


def _earliest_cutoff(settings: Settings, horizon_months: int, panel: pl.DataFrame) -> str:
    """From when on a cutoff would work, as the end of a sentence; nothing where there is none.

    Between the first sample date and it lie the blocks, the two gaps and the window of the last
    label.
    """
    if settings.cutoff_date is None or panel.is_empty():
        return ""
    months = 3 * horizon_months + SHORTEST_HISTORY_MONTHS
    [earliest] = panel.select(pl.col("date").min().dt.offset_by(f"{months}mo"))["date"]
    return f", or a cutoff_date from about {earliest:%B %Y} on"


def _reasons_to_train(
    stored: dict[str, Any],
    settings: Settings,
    horizon_months: int,
    *,
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    catalogue: pl.DataFrame,
    **_: Any,
) -> list[str]:
    """What makes a model trained now differ from the stored one; nothing: the same again."""
    label = f"excess_return_ln_{horizon_months}m"
    labelled = labelled_rows(panel, excess_returns, label, settings.holdout_tickers)
    features = FeatureSet.from_catalogue(catalogue)
    reasons = []
    if settings.seed not in (None, stored["seed"]):
        reasons.append(f"seed {stored['seed']} -> {settings.seed}")
    if stored["fingerprint"] == fingerprint(labelled, features, label, settings):
        return reasons
    if stored["steps"] != settings.steps:
        reasons.append(f"steps {stored['steps']} -> {settings.steps}")
    if stored["params"] != parameters():
        reasons.append("other parameters")
    known = json.loads(stored["library_versions"])
    for name, version in json.loads(versions()).items():
        if known.get(name) != version:
            reasons.append("other code" if name == "ml" else f"{name} {version}")
    more = labelled.panel.height - stored["num_rows"]
    if more:
        reasons.append(f"{abs(more)} labelled rows {'more' if more > 0 else 'fewer'}")
    elif stored["features"] != list(features.names):
        reasons.append("other features")
    return reasons or ["other values in its data"]


def _newest(
    registry: DuckDBPyRelation, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> dict[str, Any] | None:
    ids = _as_asked(registry, cutoff_date, holdout_tickers)["model_id"]
    return None if ids.is_empty() else _row(registry, ids[-1])


def _as_asked(
    registry: DuckDBPyRelation, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> pl.DataFrame:
    keys = registry.select(
        "horizon_months", "model_id", "cutoff_date", "holdout_tickers", "trained_at"
    ).pl()
    as_asked = pl.col("cutoff_date").eq_missing(pl.lit(cutoff_date, pl.Date)) & (
        pl.col("holdout_tickers").list.join(",") == ",".join(holdout_tickers)
    )
    return keys.filter(as_asked).sort("trained_at").select("horizon_months", "model_id")


def _row(registry: DuckDBPyRelation, model_id: str) -> dict[str, Any]:
    is_wanted = ColumnExpression("model_id") == ConstantExpression(model_id)
    return registry.filter(is_wanted).pl().row(0, named=True)
