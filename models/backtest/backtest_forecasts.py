import polars as pl
from dbt.adapters.events.logging import AdapterLogger

from ml.backtesting import SCHEMA, backtest
from ml.training import Settings


def model(dbt, session):
    config = dbt.config.get("meta")
    inputs = {
        "panel": dbt.ref("features"),
        "excess_returns": dbt.ref("excess_returns"),
        "catalogue": dbt.ref("feature_catalogue"),
        "training_seeds": dbt.ref("training_seeds"),
    }
    folds = int(config["backtest_folds"])
    if folds == 0:
        return pl.DataFrame(schema=SCHEMA)
    frames = {name: relation.pl() for name, relation in inputs.items()}
    settings = Settings.from_config(config)
    return pl.concat(
        backtest(
            **frames,
            settings=settings,
            horizon_months=months,
            folds=folds,
            warn=AdapterLogger("backtest").warning,
        )
        for months in (12, 24, 36)
    )
