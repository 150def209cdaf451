import polars as pl
from dbt.adapters.events.logging import AdapterLogger

from ml.backtesting import SCHEMA, backtest
from ml.training import Settings, read_inputs


def model(dbt, session):
    config = dbt.config.get("meta")
    relations = [
        dbt.ref("features"),
        dbt.ref("excess_returns"),
        dbt.ref("feature_catalogue"),
        dbt.ref("training_seeds"),
    ]
    folds = int(config["backtest_folds"])
    if folds == 0:
        return pl.DataFrame(schema=SCHEMA)
    inputs = read_inputs(*relations)
    settings = Settings.from_config(config)
    return pl.concat(
        backtest(
            **inputs,
            settings=settings,
            horizon_months=months,
            folds=folds,
            warn=AdapterLogger("backtest").warning,
        )
        for months in (12, 24, 36)
    )
