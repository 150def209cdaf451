import sys

import polars as pl
from dbt.adapters.events.logging import AdapterLogger

from ml.warehouse.clock import newest
from ml.warehouse.explaining import StoredModel
from ml.warehouse.jobs import workplace
from ml.warehouse.progress import Progress
from ml.warehouse.registry import newest_models
from ml.warehouse.settings import Settings
from ml.warehouse.studies import UNSEEN_SCHEMA, unseen_forecasts
from ml.warehouse.training import read_inputs


def model(dbt, session):
    config = dbt.config.get("meta")
    trained = dbt.ref("trained_models")
    relations = [
        dbt.ref("features"),
        dbt.ref("excess_returns"),
        dbt.ref("feature_catalogue"),
        dbt.ref("training_seeds"),
    ]
    if not config["holdout_groups"]:
        return pl.DataFrame(schema=UNSEEN_SCHEMA)
    settings = Settings.from_config(config)
    stored = newest_models(trained, settings.cutoff_date, ())
    earlier = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    progress = Progress(
        "groups of tickers forecast unseen",
        total=0,
        say=AdapterLogger("unseen_forecasts").info,
        is_watched=sys.stdout.isatty(),
    )
    with workplace(config["compute"]) as place:
        forecasts = unseen_forecasts(
            **read_inputs(*relations),
            seen=[StoredModel.load(row) for row in stored.values()],
            settings=settings,
            groups=config["holdout_groups"],
            trained_after=newest(earlier, "trained_at"),
            place=place,
            progress=progress,
        )
    progress.finish()
    return forecasts
