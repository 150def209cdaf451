"""Writes down what each run did: a plugin of dbt-duckdb, named in profiles.yml.

In Python, since SQL and Jinja cannot catch an error, and a run must not fail for want of a record.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.adapters.events.logging import AdapterLogger
from dbt.artifacts.resources.types import NodeType
from duckdb import DuckDBPyConnection

from ml.warehouse.publishing import HISTORY_FILE, POINTER, drop_unfinished, literal, publications_of

PROJECT = Path(__file__).parents[1]
# What is written down of each node, and of a run for all its nodes. Handed over as JSON, in the
# statement itself: for its first frame or parameter DuckDB loads pyarrow or pandas.
NODE = {
    "node": "varchar",
    "resource_type": "varchar",
    "path": "varchar",
    "status": "varchar",
    "is_kept": "boolean",
    "message": "varchar",
    "failures": "bigint",
    "started_at": "timestamptz",
    "completed_at": "timestamptz",
    "compile_seconds": "double",
    "execute_seconds": "double",
    "row_count": "bigint",
}
RUN = {
    "invocation_id": "varchar",
    "invoked_at": "timestamptz",
    "command": "varchar",
    "vars": "varchar",
    "git_commit": "varchar",
    "dbt_version": "varchar",
}
# Each moment of the run is divided among the nodes that ran then, so that the shares add up to
# the time in which any did.
INSERT = """
insert into recorded_nodes by name
with run_nodes as (
    select unnest(from_json({nodes}, {node_types}), recursive := true)
),
run as (
    select unnest(from_json({run}, {run_types}))
),
moments as (
    select started_at as moment from run_nodes
    union
    select completed_at from run_nodes
),
spans as (
    select moment as begins, lead(moment) over (order by moment) as ends from moments
),
shares as (
    select
        node,
        epoch(ends - begins) / count(*) over (partition by begins) as seconds
    from spans
    inner join run_nodes on started_at <= begins and ends <= completed_at
),
walls as (
    select node, sum(seconds) as wall_seconds from shares group by node
)
select
    run.*,
    now() as finished_at,
    run_nodes.* exclude (completed_at),
    wall_seconds
from run_nodes
cross join run
left join walls using (node)
"""
# What the published file must not show: a token in an address, and the folders of an absolute
# path, which may name a user. A web address is none, nor is a division.
TOKEN = re.compile(r"(motherduck_token=)[\w.-]+", re.IGNORECASE)
TOKEN_VARIABLE = "motherduck_token"
FOLDERS = re.compile(r"(?<![\w.~/:…)])(?:file://|[A-Za-z]:)?/(?:[^/\s'\"`,;:()\[\]{}\\]+/)+")
# The last to be recorded are kept, whatever the clock said: rows are numbered as they come.
PRUNE = """
delete from recorded_nodes
where invocation_id not in (
    select invocation_id
    from recorded_nodes
    group by invocation_id
    order by max(rowid) desc
    limit {runs_kept}
)
"""


class Plugin(BasePlugin):
    """Takes the results of a run from the macro `record_run`."""

    creds: DuckDBCredentials

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Remember the connection to the warehouse, and the code that the run begins with."""
        self.connection = conn
        self.commit = git_commit()

    def store(self, target_config: TargetConfig) -> None:
        """Record a run; what goes wrong is a line of the log."""
        config = target_config.config
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(f"use {self.creds.database}")
                run = {**config["run"], "git_commit": self.commit}
                record(cursor, **{**config, "run": run})
                # Begun while models were trained, and given up when a test failed.
                drop_unfinished(publications_of(cursor))
        except Exception as error:
            AdapterLogger("DuckDB").warning(f"run_history could not be written: {error}")


def record(
    con: DuckDBPyConnection,
    run: Mapping[str, object],
    results: Sequence[Any],
    kept_nodes: Sequence[str],
    runs_kept: int,
) -> None:
    """Insert the nodes of a run, drop the oldest runs, and write the history beside publications.

    Args:
        con: connection to the warehouse, in which the table `recorded_nodes` is.
        run: what all its rows have in common, by column; vars as a mapping.
        results: dbt's result of each node.
        kept_nodes: ids of the nodes that were found unchanged.
        runs_kept: how many runs the history keeps, this one among them.
    """
    row_counts = _row_counts(con, results)
    kept = set(kept_nodes)
    nodes = [
        {
            **_outcome(result),
            "is_kept": result.node.unique_id in kept,
            "row_count": row_counts.get(result.node.unique_id),
        }
        for result in results
        if result.node.resource_type != NodeType.Exposure  # nothing is done for these
    ]
    con.execute("begin")
    con.execute(
        INSERT.format(
            nodes=_json(nodes),
            node_types=_json([NODE]),
            run=_json({**run, "vars": json.dumps(run["vars"], default=str)}),
            run_types=_json(RUN),
        )
    )
    con.execute(PRUNE.format(runs_kept=runs_kept))
    con.execute("commit")
    _write_history_file(con)


def _json(value: object) -> str:
    return literal(without_secrets(json.dumps(value, default=str)))


def without_secrets(text: str) -> str:
    """A text without tokens, and with the last name alone of each absolute path."""
    for name, value in os.environ.items():
        if name.lower() == TOKEN_VARIABLE and value:
            text = text.replace(value, "…")
    for folder, short in ((PROJECT, "."), (Path.home(), "~")):
        if folder != Path(folder.anchor):
            text = text.replace(f"{folder}/", f"{short}/")
    return FOLDERS.sub("…/", TOKEN.sub(r"\1…", text))


def git_commit() -> str | None:
    """The commit checked out, with `-dirty` where files differ from it; none where unknown."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        described = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=5
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()


def _outcome(result: Any) -> dict[str, object]:
    timing = {phase.name: phase for phase in result.timing if phase.completed_at}
    seconds = {
        name: (phase.completed_at - phase.started_at).total_seconds()
        for name, phase in timing.items()
    }
    return {
        "node": result.node.unique_id,
        "resource_type": str(result.node.resource_type),
        "path": result.node.original_file_path,
        "status": str(result.status),
        "message": result.message,
        "failures": result.failures,
        "started_at": _utc(min((phase.started_at for phase in timing.values()), default=None)),
        "completed_at": _utc(max((phase.completed_at for phase in timing.values()), default=None)),
        "compile_seconds": seconds.get("compile"),
        "execute_seconds": seconds.get("execute"),
    }


def _utc(moment: datetime | None) -> str | None:
    """A moment as dbt has it: in UTC, without saying so."""
    return None if moment is None else f"{moment.isoformat()}Z"


def _row_counts(con: DuckDBPyConnection, results: Sequence[Any]) -> dict[str, int]:
    """Rows of each table, by the id of its node.

    DuckDB knows them at once, and exactly, but for tables from which rows were deleted: where
    builds change a table instead of making it anew, they are counted.
    """
    sizes = dict(
        con.sql(
            """
            select
                format('"{}"."{}"."{}"', database_name, schema_name, table_name),
                estimated_size
            from duckdb_tables()
            """
        ).fetchall()
    )
    nodes = [result.node for result in results if str(result.status) == "success"]
    tables = {node.relation_name: node for node in nodes if node.relation_name in sizes}
    changed = [name for name, node in tables.items() if node.config.materialized == "incremental"]
    if changed:
        counts = ", ".join(f"(select count(*) from {name})" for name in changed)
        [counted] = con.sql(f"select {counts}").fetchall()
        sizes.update(zip(changed, counted, strict=True))
    return {node.unique_id: sizes[name] for name, node in tables.items()}


def _write_history_file(con: DuckDBPyConnection) -> None:
    """Beside the publications, where the dashboard sees also the builds that published nothing."""
    folder = publications_of(con)
    [[is_modelled]] = con.sql(
        "select count(*) > 0 from duckdb_views()"
        " where database_name = current_database() and view_name = 'run_history'"
    ).fetchall()
    if is_modelled and (folder / POINTER).exists():
        con.execute(
            "copy (select * from run_history order by invoked_at, started_at)"
            f" to {literal(str(folder / HISTORY_FILE))}"
            " (format parquet, compression zstd, use_tmp_file true)"
        )
