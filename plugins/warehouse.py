"""Opens the warehouse, which profiles.yml attaches: a plugin of dbt-duckdb, named there."""

import os
import re
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

# What others may not do with the files that are written, as the shell's umask says it.
UMASK = "WAREHOUSE_UMASK"
# What DuckDB says of a file that is there and whole, but not for this program, or not now.
WHOLE = ("Could not set lock", "Permission denied", "version number", "already attached")


class Plugin(BasePlugin):
    """Attaches the warehouse before dbt-duckdb would, so that what goes wrong is said plainly."""

    creds: DuckDBCredentials

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Have DuckDB spill beside the warehouse, as it would were the warehouse not attached.

        Before it writes a first file: these hold bought data, so they are their owner's alone.
        """
        os.umask(_umask())
        config.setdefault("temp_directory", f"{warehouse_of(creds).path}.tmp")

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach the warehouse.

        Raises:
            DbtRuntimeError: its file cannot be opened.
        """
        warehouse = warehouse_of(self.creds)
        try:
            attach(conn, warehouse)
        except duckdb.Error as error:
            if Path(warehouse.path).is_dir():
                raise DbtRuntimeError(
                    f"the warehouse {warehouse.path} is a folder: move it away, or name a file in "
                    "environment variable WAREHOUSE"
                ) from error
            [said, *_] = str(error).splitlines()
            is_damaged = Path(warehouse.path).is_file() and not any(w in said for w in WHOLE)
            raise DbtRuntimeError(
                damaged(warehouse.path, said)
                if is_damaged
                else f"the warehouse {warehouse.path} cannot be opened ({said}): make its folder, "
                "close the program that holds it, or name another in environment variable WAREHOUSE"
            ) from error


def attach(conn: duckdb.DuckDBPyConnection, warehouse: Attachment) -> None:
    """Attach the warehouse, with new indexes where a killed build left a log to replay.

    DuckDB up to 1.5.6 damages indexes in replaying, and dies of that at a later write
    (github.com/duckdb/duckdb/issues/25928). The rows are whole.
    """
    is_replayed = Path(f"{warehouse.path}.wal").exists()
    conn.execute(warehouse.to_sql())
    if not is_replayed:
        return
    database = f'"{warehouse.alias}"'
    indexes = conn.execute(
        "select index_name, schema_name, table_name, expressions from duckdb_indexes() "
        "where database_name = ?",
        [warehouse.alias],
    ).fetchall()
    for index, schema, *_ in indexes:
        conn.execute(f'drop index {database}."{schema}"."{index}"')
    conn.execute(f"checkpoint {database}")
    for index, schema, table, columns in indexes:
        conn.execute(
            f'create index "{index}" on {database}."{schema}"."{table}" ({columns.strip("[]")})'
        )


def _umask() -> int:
    named = os.environ.get(UMASK, "077")
    if not re.fullmatch("0?[0-7]{3}", named):
        raise DbtRuntimeError(
            f"environment variable {UMASK} is {named}: give three digits from 0 to 7, such as 022 "
            "for files that others may read"
        )
    return int(named, 8)


def warehouse_of(creds: DuckDBCredentials) -> Attachment:
    """The warehouse among what is attached."""
    [warehouse] = [attached for attached in creds.attach or [] if attached.alias == creds.database]
    return warehouse


def damaged(warehouse: str, said: str) -> str:
    """What to do where the warehouse's file, or a block in it, cannot be read.

    Args:
        warehouse: its path.
        said: what DuckDB says.
    """
    return (
        f"the warehouse {warehouse} is damaged, or no DuckDB file ({said}): move it away, and dbt "
        "build makes a new one; what was published is unharmed, and holds the models trained so far"
    )
