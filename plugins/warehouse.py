"""Opens the warehouse, which profiles.yml attaches: a plugin of dbt-duckdb, named there."""

import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from ml.warehouse.publishing import literal
from ml.warehouse.stores import StoreError, server_of_s3

LAKE = "ducklake:"
# How the address of a warehouse begins that is no file of this machine.
ELSEWHERE = re.compile(r"(md:|ducklake:postgres:)")
WAREHOUSE = "warehouse"
# A lake as it was tagged last, beside the lake itself.
PANEL = "panel"
# Names the warehouse's file, where it is not named after its market.
FILE = "WAREHOUSE"
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
        warehouse = warehouse_of(creds)
        file = local_file(warehouse)
        has_token = any(os.environ.get(name) for name in ("motherduck_token", "MOTHERDUCK_TOKEN"))
        if warehouse.path.startswith("md:") and not has_token:
            raise DbtRuntimeError(
                "--target motherduck needs a token: set environment variable motherduck_token"
            )
        # Programs that share a lake may name one file, but cannot spill into one folder.
        own = f".{os.getpid()}" if ELSEWHERE.match(warehouse.path) else ""
        config.setdefault("temp_directory", f"{file}{own}.tmp")

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach the warehouse.

        Raises:
            DbtRuntimeError: its file cannot be opened.
        """
        warehouse = warehouse_of(self.creds)
        try:
            for name in extensions_of(warehouse):
                load_extension(conn, name)
                if name == "httpfs":
                    conn.execute(settings_of_s3())
            attach(conn, warehouse)
            for panel in self.creds.attach or []:
                if panel.alias == PANEL:
                    snapshot = newest_panel(conn, warehouse)
                    panel.options = {**(panel.options or {}), "snapshot_version": snapshot}
                    attach(conn, panel)
        except duckdb.Error as error:
            if elsewhere := ELSEWHERE.match(warehouse.path):
                raise DbtRuntimeError(out_of_reach(elsewhere[1])) from error
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


def local_file(warehouse: Attachment) -> Path:
    """The file of a warehouse, or that which one elsewhere would have on this machine.

    Publications lie beside it, and what DuckDB spills.

    Raises:
        DbtRuntimeError: the warehouse is elsewhere, or its address holds a secret.
    """
    if not ELSEWHERE.match(warehouse.path):
        return Path(warehouse.path.removeprefix(LAKE))
    if re.search("passw|token", warehouse.path, re.IGNORECASE):
        # Not repeated: names and logs hold the address.
        raise DbtRuntimeError(
            "the warehouse's address has a password or token in it: give a password in environment "
            "variable PGPASSWORD or a file ~/.pgpass, and a token in motherduck_token"
        )
    if not os.environ.get(FILE):
        raise DbtRuntimeError(
            f"the warehouse is not on this machine: name a file in environment variable {FILE}, "
            "beside which publications are put"
        )
    return Path(os.environ[FILE])


def newest_panel(conn: duckdb.DuckDBPyConnection, lake: Attachment) -> int:
    """The snapshot of a lake that was tagged last, in which the whole panel is.

    Raises:
        DbtRuntimeError: there is none, or the lake is one that only one program may open.
    """
    if not ELSEWHERE.match(lake.path):
        raise DbtRuntimeError(
            "target trainer needs a lake whose catalogue is in PostgreSQL: with a file one program "
            "at a time has it open; name one in environment variable LAKE"
        )
    [[snapshot]] = conn.execute(
        "select max(snapshot_id) from ducklake_snapshots(?)"
        " where commit_message in ('panel', 'published')",
        [lake.alias],
    ).fetchall()
    if snapshot is None:
        raise DbtRuntimeError(
            "the lake holds no panel that passed its tests: dbt build --target lake makes it first"
        )
    return int(snapshot)


def settings_of_s3() -> str:
    """SQL that has DuckDB ask the server of s3 that the environment names.

    Keys and region it finds in the environment itself.

    Raises:
        DbtRuntimeError: data would cross the network in clear.
    """
    try:
        server = server_of_s3()
    except StoreError as error:
        raise DbtRuntimeError(str(error)) from None
    if server is None:
        return ""
    return (
        f"set global s3_endpoint = {literal(server.netloc)}; set global s3_url_style = 'path';"
        f"set global s3_use_ssl = {server.scheme == 'https'}"
    )


def extensions_of(warehouse: Attachment) -> list[str]:
    """DuckDB's extensions that a warehouse needs."""
    if warehouse.path.startswith("md:"):
        return ["motherduck"]
    if not warehouse.path.startswith(LAKE):
        return []
    is_on_server = warehouse.path.startswith(f"{LAKE}postgres:")
    is_on_s3 = str((warehouse.options or {}).get("data_path")).startswith("s3://")
    return [
        "ducklake",
        *(["postgres_scanner"] if is_on_server else []),
        *(["httpfs"] if is_on_s3 else []),
    ]


def load_extension(conn: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension from its package: nothing is downloaded.

    Raises:
        DbtRuntimeError: the package is missing, or is of another version than DuckDB.
    """
    version = f"v{duckdb.__version__}"
    try:
        package = Path(str(files(f"duckdb_extension_{name}")))
        conn.load_extension(str(package / "extensions" / version / f"{name}.duckdb_extension"))
    except (ModuleNotFoundError, duckdb.Error) as error:
        # As soon as it is loaded, it asks MotherDuck for its newest version.
        if name == "motherduck" and isinstance(error, duckdb.InvalidInputException):
            raise DbtRuntimeError(out_of_reach("md:")) from error
        raise DbtRuntimeError(
            f"this target needs DuckDB's extension {name} for DuckDB {version}, which is not "
            "there: install requirements-lake.txt too, into an environment of its own"
        ) from error


def out_of_reach(address: str) -> str:
    """What to say where a catalogue on a server, or MotherDuck, does not answer.

    Args:
        address: how its address begins; what DuckDB says may repeat it, and is not told.
    """
    if address.startswith("md:"):
        return (
            "MotherDuck does not answer, or not to this token: see that environment variable "
            "motherduck_token holds one, and that this machine is online; what was published is "
            "unharmed"
        )
    return (
        "the lake's catalogue does not answer: see that its server runs and lets this program in "
        "(LAKE, PGPASSWORD); what was published is unharmed, and the next dbt build makes what "
        "this one could not"
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
    [warehouse] = [attached for attached in creds.attach or [] if attached.alias == WAREHOUSE]
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
