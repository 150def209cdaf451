import polars as pl
from dbt.adapters.events.logging import AdapterLogger

from ml.warehouse.backtesting import SCHEMA, backtest
from ml.warehouse.clock import newest
from ml.warehouse.settings import Settings
from ml.warehouse.training import read_inputs


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
    earlier = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    return pl.concat(
        backtest(
            **inputs,
            settings=settings,
            horizon_months=months,
            folds=folds,
            warn=AdapterLogger("backtest").warning,
            trained_after=newest(earlier, "trained_at"),
        )
        for months in config["horizons"]
    )
