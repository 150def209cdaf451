"""How the process of a build uses memory: a plugin of dbt-duckdb, named in profiles.yml."""

import gc
import os
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Has Python hand back what polars frees, and keep what dbt has parsed."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Set up the process, before a model imports polars.

        The parsed project lasts as long as the process: garbage collections that look through it
        again and again cost a build of two thousand stocks two seconds, and as frequent ones as
        Python has by default half a second more.
        """
        os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
        if gc.get_freeze_count():
            # An earlier build in this process: its project is garbage by now.
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20)
