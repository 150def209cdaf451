"""Queries of visitors on a published file, in a process that can do nothing else.

DuckDB's own limits do not hold for every query: one expression may take gigabytes or minutes
before DuckDB looks at a limit or an interrupt, and COPY may overwrite the database file itself.
So each query runs in a process of its own, which the operating system limits in memory and
forbids to write, and which is killed when its time is up. It has no environment variables.
"""

import json
import os
import re
import resource
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

CONCURRENT_QUERIES = threading.BoundedSemaphore(3)
LONGEST_QUERY = 100_000  # characters

TABLES_ONLY = "Only the published tables can be queried: write SELECT … FROM one of them."
DOWNLOAD = "Download the result of a SELECT with the buttons below it."
FIXED_DATA = (
    "The published data cannot be changed. A SELECT can calculate what you need: WITH names "
    "steps on the way."
)
REFUSALS = {
    "ALTER": FIXED_DATA,
    "ATTACH": f"ATTACH would open another file or server. {TABLES_ONLY}",
    "CALL": (
        "CALL runs procedures. Write SELECT … FROM the function instead, where it only reads."
    ),
    "COPY": f"COPY reads or writes files. {DOWNLOAD}",
    "CREATE": FIXED_DATA,
    "CREATE_FUNC": FIXED_DATA,
    "DELETE": FIXED_DATA,
    "DETACH": f"The published file cannot be detached. {TABLES_ONLY}",
    "DROP": FIXED_DATA,
    "EXECUTE": "Prepared statements do not outlive a query. Write the SELECT itself.",
    "EXPORT": f"EXPORT writes files. {DOWNLOAD}",
    "INSERT": FIXED_DATA,
    "LOAD": f"Extensions cannot be installed or loaded. {TABLES_ONLY}",
    "MERGE_INTO": FIXED_DATA,
    "PRAGMA": "PRAGMA changes settings, which are fixed. DESCRIBE and SHOW TABLES are allowed.",
    "PREPARE": "Prepared statements do not outlive a query. Write the SELECT itself.",
    "SET": "Settings are fixed. Give values in the query itself.",
    "TRANSACTION": "There is nothing to commit: the published data cannot be changed.",
    "UPDATE": FIXED_DATA,
    "VACUUM": "The published data cannot be changed, and its statistics are up to date.",
    "VARIABLE_SET": "Settings are fixed. Give values in the query itself.",
}
NO_STATEMENT = "There is no query. Write a SELECT, or choose an example."
SEVERAL_STATEMENTS = (
    "One query at a time: remove all but one of the statements. A PIVOT needs its columns listed: "
    "PIVOT … ON column IN ('a', 'b')."
)
EXPLAIN_SELECT = "EXPLAIN and EXPLAIN ANALYZE stand directly before one SELECT, without options."
NO_FILES = f"Files, folders and the network are out of reach of a query. {TABLES_ONLY}"
NO_EXTENSION = f"This needs an extension of DuckDB, and none can be loaded. {TABLES_ONLY}"
FIXED_SETTINGS = "Settings are fixed. Give values in the query itself."
UNSHOWABLE = "A column of the result cannot be shown. Cast it: column::varchar."
BUSY = "Several queries of other visitors are running. Try again in a moment."
GONE = "The published file has been replaced or cannot be read. Load the page again."


@dataclass(frozen=True)
class Limits:
    """What one query may take.

    Attributes:
        seconds: time until it is stopped.
        rows: rows of the result that are returned.
        result_bytes: size of the result (bytes, in memory); a larger one is refused.
        memory: memory of DuckDB (bytes); the process may take 1.5 GB more, which bounds what
            DuckDB does not count.
        threads: threads of DuckDB.
    """

    seconds: float = 20
    rows: int = 10_000
    result_bytes: int = 64_000_000
    memory: int = 1_000_000_000
    threads: int = 2


@dataclass(frozen=True)
class Result:
    """Rows of a query, and whether there were more than the limits allow."""

    table: pa.Table
    is_cut: bool


class QueryError(Exception):
    """A query was refused, failed or took too much.

    Attributes:
        detail: what DuckDB said, with the place in the query; may be empty.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        """Keep the sentence for the visitor, and what DuckDB said."""
        super().__init__(message)
        self.detail = detail


def run(file: Path, sql: str, limits: Limits | None = None) -> Result:
    """Run one query on a published file, read only.

    Args:
        file: the published file.
        sql: one SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.
        limits: what it may take.

    Raises:
        QueryError: the query is forbidden or wrong, or took too much.
    """
    limits = limits or Limits()
    if len(sql) > LONGEST_QUERY:
        raise QueryError(f"The query is longer than {LONGEST_QUERY:,} characters. Shorten it.")
    if not CONCURRENT_QUERIES.acquire(timeout=limits.seconds):
        raise QueryError(BUSY)
    try:
        # Isolated (-I): neither the current folder nor the user's packages are imported.
        worker = subprocess.run(
            [sys.executable, "-I", __file__],
            input=json.dumps({"file": str(file), "sql": sql, "limits": asdict(limits)}).encode(),
            capture_output=True,
            timeout=limits.seconds,
            env={"TZ": "UTC"},
        )
    except subprocess.TimeoutExpired:
        raise QueryError(
            f"The query was stopped after {limits.seconds:g} seconds. "
            "Filter earlier, or take fewer rows."
        ) from None
    finally:
        CONCURRENT_QUERIES.release()
    header, _, body = worker.stdout.partition(b"\n")
    if worker.returncode != 0:
        last_line = worker.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        if worker.returncode > 0 and not last_line.startswith("MemoryError"):
            raise QueryError("The query could not be run.", last_line)
        raise QueryError(_too_much_memory(limits))
    answer = json.loads(header)
    if "error" in answer:
        raise QueryError(answer["error"], answer["detail"])
    return Result(pa.ipc.open_stream(body).read_all(), answer["is_cut"])


def _too_much_memory(limits: Limits) -> str:
    return (
        f"The query needs more than {limits.memory / 1e9:g} GB of memory. "
        "Filter earlier, or take fewer rows or columns."
    )


def _work() -> None:
    request = json.loads(sys.stdin.buffer.read())
    limits = Limits(**request["limits"])
    out = sys.stdout.buffer
    try:
        result = _limited_query(Path(request["file"]), request["sql"], limits)
        body = _arrow_stream(result.table)
    except QueryError as error:
        out.write(json.dumps({"error": str(error), "detail": error.detail}).encode() + b"\n")
    else:
        out.write(json.dumps({"is_cut": result.is_cut}).encode() + b"\n")
        out.write(body)


def _limited_query(file: Path, sql: str, limits: Limits) -> Result:
    _limit_process(limits)
    try:
        con = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise QueryError(GONE) from error
    _lock(con, limits)
    try:
        reader = con.execute(_statement(con, sql)).to_arrow_reader(2048)
        return _first_rows(reader, limits)
    except (duckdb.Error, pa.ArrowException, MemoryError) as error:
        raise _explained(error, limits) from error


def _limit_process(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = limits.memory + 1_500_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # Should the dashboard die, nobody else would stop the query.
    most = int(limits.seconds * limits.threads) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    os.nice(5)


def _lock(con: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    # In this order: some settings are fixed by later ones.
    for setting in [
        f"memory_limit = '{limits.memory}B'",
        f"threads = {limits.threads}",
        "temp_directory = ''",
        "secret_directory = ''",
        "allow_persistent_secrets = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "python_enable_replacements = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ]:
        con.execute(f"set {setting}")


def _statement(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one statement of a text, if it only reads."""
    statements = con.extract_statements(sql)
    if not statements:
        raise QueryError(NO_STATEMENT)
    refused = [REFUSALS[one.type.name] for one in statements if one.type.name in REFUSALS]
    if len(statements) > 1:
        raise QueryError(SEVERAL_STATEMENTS)
    if refused:
        raise QueryError(refused[0])
    [statement] = statements
    if statement.type.name == "EXPLAIN":
        _require_explained_select(con, statement.query)
    elif statement.type.name != "SELECT":
        raise QueryError(TABLES_ONLY)
    return statement


def _require_explained_select(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """EXPLAIN ANALYZE runs what it explains, and DuckDB does not say what that is."""
    explain = re.match(r"\s*explain\s+(analyze\s+)?", sql, re.IGNORECASE)
    try:
        explained = con.extract_statements(sql[explain.end() :]) if explain else []
    except duckdb.Error:
        explained = []
    if [statement.type.name for statement in explained] != ["SELECT"]:
        raise QueryError(EXPLAIN_SELECT)


def _first_rows(reader: pa.RecordBatchReader, limits: Limits) -> Result:
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        batches.append(batch.slice(0, limits.rows - rows))
        rows += batch.num_rows
        size += batch.nbytes
        if size > limits.result_bytes:
            raise QueryError(
                f"The result is larger than {limits.result_bytes / 1e6:g} MB. "
                "Take fewer rows or columns."
            )
        if rows > limits.rows:
            break
    return Result(pa.Table.from_batches(batches, reader.schema), is_cut=rows > limits.rows)


def _explained(error: Exception, limits: Limits) -> QueryError:
    detail = str(error)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException | pa.ArrowMemoryError):
        return QueryError(_too_much_memory(limits))
    if isinstance(error, duckdb.PermissionException) or "file system operations" in detail:
        return QueryError(NO_FILES)
    if "extension" in detail and isinstance(error, duckdb.CatalogException):
        return QueryError(NO_EXTENSION)
    if "configuration has been locked" in detail:
        return QueryError(FIXED_SETTINGS)
    if isinstance(error, duckdb.NotImplementedException | pa.ArrowException):
        return QueryError(UNSHOWABLE, detail)
    return QueryError("DuckDB does not understand the query, or cannot run it.", detail)


def _arrow_stream(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return memoryview(sink.getvalue())


if __name__ == "__main__":
    _work()
