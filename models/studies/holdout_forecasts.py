import polars as pl
from duckdb import ColumnExpression, ConstantExpression

from ml.warehouse.explaining import StoredModel
from ml.warehouse.registry import newest_models
from ml.warehouse.settings import Settings
from ml.warehouse.studies import SCHEMA, compare


def model(dbt, session):
    settings = Settings.from_config(dbt.config.get("meta"))
    features = dbt.ref("features")
    labels = dbt.ref("excess_returns").set_alias("labels")
    trained = dbt.ref("trained_models")
    frames = [pl.DataFrame(schema=SCHEMA)]
    if settings.holdout_tickers:
        tickers = [ConstantExpression(ticker) for ticker in settings.holdout_tickers]
        held_out = features.filter(ColumnExpression("ticker").isin(*tickers))
        panel = held_out.join(labels, "ticker, date").pl()
        studies = newest_models(trained, settings.cutoff_date, settings.holdout_tickers)
        seen = newest_models(trained, settings.cutoff_date, ())
        for months, study in studies.items():
            models = StoredModel.load(study), StoredModel.load(seen[months])
            frames.append(compare(panel, *models))
    return pl.concat(frames)
