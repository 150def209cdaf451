import sys
from functools import partial

from dbt.adapters.events.logging import AdapterLogger

from ml.matrix import FeatureSet
from ml.progress import Progress
from ml.registry import train_where_needed
from ml.training import Settings

LOG = AdapterLogger("training")


def model(dbt, session):
    config = dbt.config.get("meta")
    market_days = dbt.ref("int_benchmark").pl()
    catalogue = dbt.ref("feature_catalogue").pl()
    features = FeatureSet.from_catalogue(catalogue)
    return train_where_needed(
        session.sql(f"from {dbt.this}") if dbt.is_incremental else None,
        Settings.from_config(config),
        horizon_months=12,
        retrain=config["retrain"],
        log=LOG.info,
        watch=partial(Progress, say=LOG.info, is_watched=sys.stdout.isatty()),
        panel=dbt.ref("features").select("ticker", "date", *features.names).pl(),
        excess_returns=dbt.ref("excess_returns").pl(),
        catalogue=catalogue,
        training_seeds=dbt.ref("training_seeds").pl(),
        market_end=market_days["date"].max(),
    )
