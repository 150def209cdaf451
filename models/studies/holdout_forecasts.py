import polars as pl
from duckdb import ColumnExpression, ConstantExpression

from ml.explaining import StoredModel
from ml.registry import newest_model
from ml.studies import SCHEMA, compare
from ml.training import Settings


def model(dbt, session):
    settings = Settings.from_config(dbt.config.get("meta"))
    features = dbt.ref("features")
    labels = dbt.ref("excess_returns").set_alias("labels")
    registries = [dbt.ref("trained_12m"), dbt.ref("trained_24m"), dbt.ref("trained_36m")]
    frames = [pl.DataFrame(schema=SCHEMA)]
    if settings.holdout_tickers:
        tickers = [ConstantExpression(ticker) for ticker in settings.holdout_tickers]
        held_out = features.filter(ColumnExpression("ticker").isin(*tickers))
        panel = held_out.join(labels, "ticker, date").pl()
        for registry in registries:
            study = newest_model(registry, settings.cutoff_date, settings.holdout_tickers)
            seen = newest_model(registry, settings.cutoff_date, ())
            frames.append(compare(panel, StoredModel.load(study), StoredModel.load(seen)))
    return pl.concat(frames)
