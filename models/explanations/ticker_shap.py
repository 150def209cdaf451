import polars as pl

from ml.explaining import explain, newest_model, rows_to_explain
from ml.training import Settings, to_day


def model(dbt, session):
    config = dbt.config.get("meta")
    settings = Settings.from_config(config)
    panel = dbt.ref("features").pl().join(dbt.ref("excess_returns").pl(), on=["ticker", "date"])
    rows = rows_to_explain(panel, to_day(config["shap_since"]))
    registries = [dbt.ref("trained_12m"), dbt.ref("trained_24m"), dbt.ref("trained_36m")]
    return pl.concat(
        explain(rows, newest_model(registry.pl(), settings.cutoff_date, settings.holdout_tickers))
        for registry in registries
    )
