"""Whether what was published is whole: a plugin of dbt-duckdb, named in profiles.yml.

In Python, since SQL would hold the file in memory to digest it, and cannot catch an error.
"""

from pathlib import Path

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from duckdb import DuckDBPyConnection

from ml.warehouse.publishing import is_whole, publications_of
from ml.warehouse.record import is_recorded


class Plugin(BasePlugin):
    """Answers the macros `is_publication_whole` and `is_record_published`."""

    creds: DuckDBCredentials

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Remember the connection to the warehouse."""
        self.connection = conn

    def store(self, target_config: TargetConfig) -> None:
        """Write the answer into what was asked: dbt-duckdb has no call that returns one."""
        asked = target_config.config
        with self.connection.cursor() as cursor:
            cursor.execute(f"use {self.creds.database}")
            folder = publications_of(cursor)
            if "record" in asked:
                asked["is_published"] = is_recorded(cursor, asked["record"], folder)
            else:
                # Where the warehouse was moved from, or copied, nobody looks any more.
                asked["is_whole"] = (
                    asked["file"] is not None
                    and Path(asked["file"]).parent.resolve() == folder.resolve()
                    and is_whole(Path(asked["file"]), asked["sha256"])
                )
