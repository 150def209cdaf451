"""Whether a publication is whole: a plugin of dbt-duckdb, named in profiles.yml.

In Python, since SQL would hold the file in memory to digest it.
"""

from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig

from ml.publishing import is_whole


class Plugin(BasePlugin):
    """Answers the macro `is_publication_whole`."""

    def store(self, target_config: TargetConfig) -> None:
        """Write the answer into what was asked: dbt-duckdb has no call that returns one."""
        asked = target_config.config
        asked["is_whole"] = asked["file"] is not None and is_whole(
            Path(asked["file"]), asked["sha256"]
        )
