import sys
from functools import partial

from dbt.adapters.events.logging import AdapterLogger

from ml.memory import free_pages
from ml.progress import Progress
from ml.registry import train_where_needed
from ml.training import Settings, read_inputs

LOG = AdapterLogger("training")


def model(dbt, session):
    config = dbt.config.get("meta")
    market_end = dbt.ref("int_market_end").pl()
    free_pages(session)
    return train_where_needed(
        session.sql(f"from {dbt.this}") if dbt.is_incremental else None,
        Settings.from_config(config),
        horizon_months=24,
        retrain=config["retrain"],
        log=LOG.info,
        watch=partial(Progress, say=LOG.info, is_watched=sys.stdout.isatty()),
        market_end=market_end["date"].item(),
        **read_inputs(
            dbt.ref("features"),
            dbt.ref("excess_returns"),
            dbt.ref("feature_catalogue"),
            dbt.ref("training_seeds"),
        ),
    )
