import polars as pl

from ml.matrix import FeatureSet
from ml.registry import needed_studies
from ml.training import Settings, train


def model(dbt, session):
    market_days = dbt.ref("int_benchmark").pl()
    catalogue = dbt.ref("feature_catalogue").pl()
    features = FeatureSet.from_catalogue(catalogue)
    inputs = {
        "panel": dbt.ref("features").select("ticker", "date", *features.names).pl(),
        "excess_returns": dbt.ref("excess_returns").pl(),
        "catalogue": catalogue,
        "training_seeds": dbt.ref("training_seeds").pl(),
        "market_end": market_days["date"].max(),
    }
    settings = Settings.from_config(dbt.config.get("meta"))
    registry = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    return pl.concat(
        train(**inputs, settings=study, horizon_months=36)
        for study in needed_studies(settings, registry)
    )
