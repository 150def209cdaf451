import polars as pl

from ml.registry import needed_studies
from ml.training import Settings, train


def model(dbt, session):
    market_days = dbt.ref("int_benchmark").pl()
    inputs = {
        "panel": dbt.ref("features").pl(),
        "excess_returns": dbt.ref("excess_returns").pl(),
        "catalogue": dbt.ref("feature_catalogue").pl(),
        "training_seeds": dbt.ref("training_seeds").pl(),
        "market_end": market_days["date"].max(),
    }
    settings = Settings.from_config(dbt.config.get("meta"))
    registry = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    return pl.concat(
        train(**inputs, settings=study, horizon_months=36)
        for study in needed_studies(settings, registry)
    )
