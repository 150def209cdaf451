"""What the dbt models `trained_<months>m` return, one for each of var `horizons`."""

import re
import sys
from functools import partial
from typing import Any

import polars as pl
from dbt.adapters.events.logging import AdapterLogger
from duckdb import DuckDBPyConnection, DuckDBPyRelation

from ml.warehouse.jobs import workplace
from ml.warehouse.memory import free_pages
from ml.warehouse.progress import Progress
from ml.warehouse.registry import train_where_needed
from ml.warehouse.settings import Settings
from ml.warehouse.training import read_inputs


def trained_model(
    dbt: Any,
    session: DuckDBPyConnection,
    config: dict[str, Any],
    market_end: DuckDBPyRelation,
    *inputs: DuckDBPyRelation,
) -> pl.DataFrame:
    """Train what the build needs of one horizon: see `ml.warehouse.registry.train_where_needed`.

    Args:
        dbt: dbt's object of a Python model named trained_<months>m.
        session: connection to the warehouse.
        config: the model's `meta`, which dbt hands over only to models that ask for it.
        market_end: one row with the last trading day that the data reach.
        inputs: what `ml.learning.training.read_inputs` takes.

    Raises:
        TooLittleHistoryError: not even the shortest horizon has labels enough.
    """
    name = re.fullmatch(r"trained_(\d+)m", dbt.this.identifier)
    if name is None:
        raise ValueError(f"{dbt.this.identifier}: name it trained_<months>m")
    months = int(name[1])
    log = AdapterLogger("training")
    last_day = market_end.pl()["date"].item()
    free_pages(session)
    with workplace(config["compute"]) as place:
        return train_where_needed(
            session.sql(f"from {dbt.this}") if dbt.is_incremental else None,
            Settings.from_config(config),
            months,
            retrain=config["retrain"],
            may_lack=months > min(config["horizons"]),
            log=log.info,
            warn=log.warning,
            watch=partial(Progress, say=log.info, is_watched=sys.stdout.isatty()),
            market_end=last_day,
            place=place,
            **read_inputs(*inputs),
        )
