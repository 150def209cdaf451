"""Opens the warehouse, which profiles.yml attaches: a plugin of dbt-duckdb, named there."""

from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError


class Plugin(BasePlugin):
    """Attaches the warehouse before dbt-duckdb would, so that what goes wrong is said plainly."""

    creds: DuckDBCredentials

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Have DuckDB spill beside the warehouse, as it would were the warehouse not attached."""
        config.setdefault("temp_directory", f"{_warehouse(creds).path}.tmp")

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach the warehouse.

        Raises:
            DbtRuntimeError: its file cannot be opened.
        """
        warehouse = _warehouse(self.creds)
        try:
            conn.execute(warehouse.to_sql())
        except duckdb.Error as error:
            raise DbtRuntimeError(
                f"the warehouse {warehouse.path} cannot be opened ({error}): make its folder, "
                "close the program that holds it, or name another in environment variable WAREHOUSE"
            ) from error


def _warehouse(creds: DuckDBCredentials) -> Attachment:
    [warehouse] = [attached for attached in creds.attach or [] if attached.alias == creds.database]
    return warehouse
