from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

from ml.learning.splits import TooLittleHistoryError
from ml.warehouse.registry import train_where_needed
from ml.warehouse.settings import Settings

SETTINGS = Settings(steps=5, seed=None, cutoff_date=None, holdout_tickers=(), threads=1)


@pytest.fixture(scope="module")
def inputs():
    days = pl.date_range(date(2005, 2, 17), date(2019, 2, 17), "3mo", eager=True)
    tickers = pl.DataFrame({"ticker": [f"T{number:02d}" for number in range(8)]})
    keys = pl.DataFrame({"date": days}).join(tickers, how="cross")
    signal = pl.Series(np.random.default_rng(1).normal(size=keys.height))
    return {
        "panel": keys.with_columns(signal=signal),
        "excess_returns": keys.with_columns(excess_return_ln_12m=0.3 * signal),
        "catalogue": pl.DataFrame({"feature": ["signal"], "kind": ["numeric"], "in_model": [True]}),
        "training_seeds": pl.DataFrame({"seed": [1]}),
        "market_end": date(2020, 1, 31),
    }


QUIET = {"retrain": False, "may_lack": False, "log": lambda _: None, "warn": lambda _: None}


@pytest.fixture
def build(inputs):
    """Train where needed beside what an earlier call trained; what was said, and the rows."""
    first = train_where_needed(None, SETTINGS, 12, **QUIET, **inputs)
    registry = duckdb.from_arrow(first.to_arrow())

    def again(settings=SETTINGS, *, retrain=False, stored="*", **changed):
        said = []
        rows = train_where_needed(
            registry.project(stored),
            settings,
            12,
            **{**QUIET, "retrain": retrain, "log": said.append},
            **inputs | changed,
        )
        return said, rows.height

    return again


def test_a_model_that_would_be_the_same_is_kept(build, inputs):
    later = date(2020, 2, 1)
    shuffled = inputs["panel"].sample(fraction=1, shuffle=True, seed=3)
    [sentence], trained = build(market_end=later, panel=shuffled)
    assert trained == 0
    assert sentence.startswith("12 months: kept 12m_")
    assert build(replace(SETTINGS, seed=1))[1] == 0


def test_what_trains_is_named(build, inputs):
    fewer = inputs["excess_returns"].filter(pl.col("date") < date(2019, 2, 17))
    other = inputs["panel"].with_columns(pl.col("signal") * 2)
    for arguments, reason in (
        ({"retrain": True}, "retrain: true"),
        ({"settings": replace(SETTINGS, seed=2)}, "seed 1 -> 2"),
        ({"settings": replace(SETTINGS, steps=6)}, "steps 5 -> 6"),
        ({"excess_returns": fewer}, "8 labelled rows fewer"),
        ({"panel": other}, "other values in its data"),
        ({"settings": replace(SETTINGS, holdout_tickers=("T01",))}, "no model yet"),
    ):
        assert build(**arguments) == ([f"12 months: training, because of {reason}"], 1)


@pytest.mark.parametrize(
    "stored",
    [
        "* replace (model[1:1000] as model)",
        "* replace (model || 'x'::blob as model)",
        "* replace (null::blob as model)",
        "* replace (['noise'] as features)",
        "* replace ([99::double] as error_quantiles)",
    ],
)
def test_a_damaged_model_is_trained_anew_and_never_read(build, stored):
    [sentence], trained = build(stored=stored)
    assert sentence.startswith("12 months: training, because of damage to the stored 12m_")
    assert trained == 1


def test_a_damaged_model_is_no_comparison_for_a_study(build):
    study = replace(SETTINGS, holdout_tickers=("T01",))
    assert build(study)[1] == 1
    assert build(study, stored="* replace ([99::double] as error_quantiles)")[1] == 2


def test_a_model_from_before_digests_is_kept(build):
    assert build(stored="* replace (null as model_sha256)")[1] == 0
    assert build(stored="* exclude (model_sha256)")[1] == 0


def test_a_model_is_newer_than_all_before_though_the_clock_went_back(inputs):
    first = train_where_needed(None, SETTINGS, 12, **QUIET, **inputs)
    ahead = first.with_columns(
        model_id=pl.lit("12m_ahead"),
        trained_at=pl.col("trained_at") + timedelta(days=3),
    )
    registry = duckdb.from_arrow(ahead.to_arrow())
    study = replace(SETTINGS, steps=6, holdout_tickers=("T01",))
    again = [
        train_where_needed(registry, settings, 12, **QUIET, **inputs)
        for settings in (replace(SETTINGS, steps=6), study)
    ]
    for trained in again:
        assert trained["trained_at"].item() == ahead["trained_at"].item() + timedelta(
            microseconds=1
        )
        assert trained["training_date"].item() == first["training_date"].item()


def test_a_horizon_without_history_stops_only_itself(inputs):
    said = []
    labels = inputs["excess_returns"].rename({"excess_return_ln_12m": "excess_return_ln_120m"})
    inputs = {**inputs, "excess_returns": labels}
    quiet = {**QUIET, "may_lack": True, "warn": said.append}
    assert train_where_needed(None, SETTINGS, 120, **quiet, **inputs).is_empty()
    [sentence] = said
    assert sentence.startswith("120 months: no new model, the others are not affected: labels for")
    with pytest.raises(TooLittleHistoryError, match="bring a longer history of prices"):
        train_where_needed(None, SETTINGS, 120, **QUIET, **inputs)


def test_a_cutoff_that_is_too_early_names_the_earliest_that_works(inputs):
    # 3 x 12 months of gaps and window, and 18 of blocks, after the first sample date.
    first = inputs["panel"]["date"].min()
    early = inputs["excess_returns"].filter(pl.col("date") < date(first.year + 2, 1, 1))
    settings = replace(SETTINGS, cutoff_date=date(first.year + 3, 1, 1))
    [earliest] = pl.Series([first]).dt.offset_by("54mo")
    with pytest.raises(TooLittleHistoryError, match=f"a cutoff_date from about {earliest:%B %Y}"):
        train_where_needed(None, settings, 12, **QUIET, **{**inputs, "excess_returns": early})


def test_few_labels_are_counted(inputs):
    few = {**inputs, "excess_returns": inputs["excess_returns"].head(99)}
    with pytest.raises(
        TooLittleHistoryError, match="has 99 labels for 12 months: a model needs 100"
    ):
        train_where_needed(None, SETTINGS, 12, **QUIET, **few)
