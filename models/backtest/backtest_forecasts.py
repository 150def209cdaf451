import sys

import polars as pl
from dbt.adapters.events.logging import AdapterLogger

from ml.warehouse.backtesting import SCHEMA, backtest
from ml.warehouse.clock import newest
from ml.warehouse.jobs import workplace
from ml.warehouse.progress import Progress
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
    log = AdapterLogger("backtest")
    horizons = config["horizons"]
    earlier = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    progress = Progress(
        "years of backtests",
        total=folds * len(horizons),
        say=log.info,
        is_watched=sys.stdout.isatty(),
    )
    with workplace(config["compute"]) as place:
        forecasts = backtest(
            **read_inputs(*relations),
            settings=Settings.from_config(config),
            horizons=horizons,
            folds=folds,
            warn=log.warning,
            trained_after=newest(earlier, "trained_at"),
            place=place,
            progress=progress,
        )
    progress.finish()
    return forecasts
