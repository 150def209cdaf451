from dataclasses import replace
from itertools import chain

import numpy as np
import polars as pl
import pytest
from test_jobs import CATALOGUE, MARKET_END, SEEDS, SETTINGS, market

from ml.learning.boosting import to_pool
from ml.warehouse.explaining import StoredModel
from ml.warehouse.progress import Progress
from ml.warehouse.studies import EACH, UNSEEN_SCHEMA, deal, unseen_forecasts
from ml.warehouse.training import train

OPEN = pl.col("date") > pl.date(2010, 6, 1)


def tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    """A panel, and its labels, the last of which are open."""
    panel, labels = market()
    return panel, labels.with_columns(pl.when(~OPEN).then("excess_return_ln_12m"))


def stored(holdout_tickers=()) -> StoredModel:
    settings = replace(SETTINGS, holdout_tickers=holdout_tickers)
    trained = train(*tables(), CATALOGUE, SEEDS, MARKET_END, settings, 12)
    return StoredModel.load(trained.row(0, named=True))


@pytest.fixture(scope="module")
def seen() -> StoredModel:
    return stored()


def forecasts(seen: StoredModel, groups: int | str, **others) -> pl.DataFrame:
    return unseen_forecasts(*tables(), CATALOGUE, SEEDS, [seen], SETTINGS, groups, **others)


def test_each_ticker_is_forecast_as_in_a_study_of_its_own(seen):
    said = []
    progress = Progress("groups", 0, said.append, is_watched=False)
    found = forecasts(seen, EACH, progress=progress)
    panel, labels = tables()
    assert found.schema == pl.Schema(UNSEEN_SCHEMA)
    assert progress.done == progress.total == 12
    assert (
        found.select("ticker", "date")
        .sort("ticker", "date")
        .equals(panel.select("ticker", "date").sort("ticker", "date"))
    )
    assert (found["holdout_group"] == found["ticker"]).all()
    assert found["train_tickers"].unique().to_list() == [11]
    rows = panel.filter(ticker="T03").sort("date")
    of_ticker = found.filter(ticker="T03")
    for model, prefix in ((stored(("T03",)), ""), (seen, "seen_")):
        mean, std = model.forecast(to_pool(rows, model.features))
        assert np.array_equal(of_ticker[f"{prefix}predicted_mean"], mean)
        assert np.array_equal(of_ticker[f"{prefix}predicted_std"], std)
    outcomes = labels.filter(ticker="T03").sort("date")["excess_return_ln_12m"]
    assert of_ticker["actual"].equals(outcomes, check_names=False)
    assert 0 < of_ticker["actual"].null_count() < of_ticker.height


def test_a_group_is_forecast_by_a_model_that_saw_none_of_it(seen):
    found = forecasts(seen, 3)
    panel, _ = tables()
    groups = deal(panel["ticker"].unique().to_list(), 3)
    assert 1 < len(groups) <= 3
    for name, tickers in groups.items():
        of_group = found.filter(holdout_group=name)
        assert of_group["ticker"].unique().sort().to_list() == tickers
        assert of_group["train_tickers"].unique().to_list() == [12 - len(tickers)]
        model = stored(tuple(tickers))
        rows = panel.filter(pl.col("ticker").is_in(tickers)).sort("ticker", "date")
        mean, _ = model.forecast(to_pool(rows, model.features))
        assert np.array_equal(of_group["predicted_mean"], mean)


def test_tickers_are_dealt_the_same_way_in_every_market():
    tickers = [f"T{number:03d}" for number in range(400)]
    dealt = deal(tickers, 4)
    assert sorted(chain(*dealt.values())) == tickers
    assert len(dealt) == 4
    assert min(map(len, dealt.values())) > 70
    fewer = deal(tickers[:50][::-1], 4)
    assert all(set(fewer[name]) <= set(dealt[name]) for name in fewer)
    assert deal(["B", "A"], EACH) == {"A": ["A"], "B": ["B"]}
