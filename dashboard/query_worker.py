"""One query of a visitor on a published file: the program that safe_sql.py starts for it.

All that a query and its result cost is paid here, under limits that the operating system sets: it
turns lists and other nested values into text and cuts what is long, so that the dashboard gets
no more than it can show. Nothing of the project can be imported here.
"""

import json
import os
import re
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

LONGEST_NAME = 200  # characters of a column's name
LONGEST_DETAIL = 5_000  # characters of what DuckDB says
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
GONE = "The published file has been replaced or cannot be read. Load the page again."
NO_PLACE = (
    "Databases and settings of DuckDB are not told, nor are texts run as queries. "
    "SHOW TABLES lists what can be queried."
)
TELLING = {"query", "query_table", "version", "pragma_platform", "pragma_user_agent"}
NO_SLEEP = "A query cannot wait, as others wait for its place. Leave out the sleep."
SLEEPING = {"pg_sleep", "sleep_ms"}


@dataclass(frozen=True)
class Limits:
    """What one query may take.

    Attributes:
        seconds: time until it is stopped.
        rows: rows of the result that are returned.
        columns: columns of the result; one with more is refused.
        cell: characters of a text that are returned.
        result_bytes: size of the result (bytes, in memory); a larger one is refused.
        memory: memory of DuckDB (bytes); the process may take 1.5 GB more, which bounds what
            DuckDB does not count.
        threads: threads of DuckDB.
    """

    seconds: float = 20
    rows: int = 10_000
    columns: int = 1_000
    cell: int = 10_000
    result_bytes: int = 32_000_000
    memory: int = 1_000_000_000
    threads: int = 2


@dataclass(frozen=True)
class Result:
    """Rows of a query, and whether there were more than the limits allow.

    Columns have names of their own, and hold numbers, times, flags or text: what a page, CSV and
    parquet can all show.
    """

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


def too_much_memory(limits: Limits) -> str:
    """What is said of a query that DuckDB or the operating system refused memory."""
    return (
        f"The query needs more than {limits.memory / 1e9:g} GB of memory. "
        "Filter earlier, or take fewer rows or columns."
    )


def _work() -> None:
    out = sys.stdout.buffer
    # What it took until here is no visitor's.
    out.write(b"ready\n")
    out.flush()
    line = sys.stdin.buffer.readline()
    if not line:
        return  # the dashboard has ended
    request = json.loads(line)
    threading.Thread(target=_end_with_the_dashboard, daemon=True).start()
    limits = Limits(**request["limits"])
    os.nice(request["niceness"])
    _limit_process(limits)
    try:
        result = _answer(Path(request["file"]), request["sql"], limits)
        body = _arrow_stream(result.table)
    except QueryError as error:
        answer = {"error": str(error), "detail": error.detail[:LONGEST_DETAIL]}
        out.write(json.dumps(answer).encode() + b"\n")
    else:
        out.write(json.dumps({"is_cut": result.is_cut}).encode() + b"\n")
        out.write(body)


def _end_with_the_dashboard() -> None:
    """The dashboard holds the other end of the input open for as long as it waits."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _answer(file: Path, sql: str, limits: Limits) -> Result:
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise QueryError(GONE) from error
    with connection as con:
        _lock(con, limits)
        try:
            statement = _statement(con, sql)
            _require_no_place(con, statement)
            return _first_rows(con.execute(statement).to_arrow_reader(2048), limits)
        except (duckdb.Error, pa.ArrowException, MemoryError, RecursionError) as error:
            raise _explained(error, limits) from error


def _limit_process(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = limits.memory + 1_500_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # Should the dashboard die or halt, nobody else would stop the query.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + 1)
    most = int(limits.seconds * limits.threads) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


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


def _require_no_place(con: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> None:
    """DuckDB tells the path of the file in its list of databases and in its settings.

    The plan names the tables that are read, through views and `query` too. It lacks functions of
    constants, so these are looked for in the text, which only a text within it could hide.
    """
    try:
        [[_, plan]] = con.execute(f"explain (format json) {statement.query}").fetchall()
    except duckdb.Error:
        if statement.type.name != "EXPLAIN":
            # It says the same of the query alone, with the right place in it.
            con.execute(statement)
            raise
        plan = ""
    sql = statement.query.lower()
    called = _called_functions(statement.query)
    # Of a sleep, the time is no time of the CPU, by which turns are given.
    if called & SLEEPING:
        raise QueryError(NO_SLEEP)
    if called & TELLING or "current_setting" in sql or "json_execute_serialized_sql" in sql:
        raise QueryError(NO_PLACE)
    if re.search("DUCKDB_(DATABASES|SETTINGS)|PRAGMA_VERSION", plan, re.IGNORECASE):
        raise QueryError(NO_PLACE)


def _called_functions(sql: str) -> set[str]:
    """Names before a bracket, in lower case."""
    text = sql.encode()
    starts = [place for place, _ in duckdb.tokenize(sql)]
    return {
        name.decode().lower()
        for place, following in pairwise(starts)
        if text[following : following + 1] == b"("
        for name in re.findall(rb'^"?(\w+)', text[place:following])
    }


def _first_rows(reader: pa.RecordBatchReader, limits: Limits) -> Result:
    if len(reader.schema) > limits.columns:
        raise QueryError(f"The result has more than {limits.columns:,} columns. Take fewer.")
    names = _own_names(reader.schema.names)
    nothing = pa.RecordBatch.from_arrays(
        [pa.nulls(0, field.type) for field in reader.schema], schema=reader.schema
    )
    batches = [_flat(nothing, names, limits)]
    rows = size = 0
    for batch in reader:
        _require_size(size + batch.nbytes, limits)
        flat = _flat(batch.slice(0, limits.rows - rows), names, limits)
        batches.append(flat)
        rows += batch.num_rows
        size += flat.nbytes
        _require_size(size, limits)
        if rows > limits.rows:
            break
    table = _with_known_times(pa.Table.from_batches(batches), limits)
    return Result(table, is_cut=rows > limits.rows)


def _with_known_times(table: pa.Table, limits: Limits) -> pa.Table:
    """Columns with times that no calendar has, such as infinite ones, as text."""
    for place, column in enumerate(table.columns):
        kind = column.type
        try:
            if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.unit != "ns"):
                pc.min_max(column).as_py()
        except (OverflowError, ValueError):
            texts = pa.array([_text(value, limits.cell) for value in column], pa.string())
            table = table.set_column(place, table.column_names[place], texts)
    return table


def _require_size(size: int, limits: Limits) -> None:
    if size > limits.result_bytes:
        raise QueryError(
            f"The result is larger than {limits.result_bytes / 1e6:g} MB. "
            "Take fewer rows or columns."
        )


def _own_names(names: Sequence[str]) -> list[str]:
    """Each name cut, and with a number where an earlier column has it."""
    own: list[str] = []
    taken = {name[:LONGEST_NAME] for name in names}
    for full_name in names:
        name = cut = full_name[:LONGEST_NAME]
        number = 1
        while name in own or (number > 1 and name in taken):
            number += 1
            name = f"{cut}_{number}"
        own.append(name)
    return own


def _flat(batch: pa.RecordBatch, names: list[str], limits: Limits) -> pa.RecordBatch:
    """Rows with the columns that neither a table nor CSV can show, such as lists, as text."""
    return pa.RecordBatch.from_arrays(
        [_flat_column(column, limits.cell) for column in batch.columns], names=names
    )


def _flat_column(column: pa.Array, longest: int) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        sizes = pc.binary_length(column).to_pylist()
        return pa.array(
            [None if size is None else f"{size:,} bytes" for size in sizes], pa.string()
        )
    if pa.types.is_nested(kind) or pa.types.is_interval(kind):
        return pa.array([_text(value, longest) for value in column], pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        is_long = pc.greater(pc.utf8_length(column), longest)
        cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(column, 0, longest), "…", "")
        return pc.if_else(is_long, cut, column)
    return column


def _text(value: pa.Scalar, longest: int) -> str | None:
    """A value as text; of one that Python has no type for, such as an infinite date, the type."""
    try:
        known = value.as_py()
        text = None if known is None else str(known)
    except (OverflowError, ValueError):
        text = f"a {value.type}, beyond what can be shown"
    return text if text is None or len(text) <= longest else text[:longest] + "…"


def _explained(error: Exception, limits: Limits) -> QueryError:
    detail = str(error)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException | pa.ArrowMemoryError):
        return QueryError(too_much_memory(limits))
    if isinstance(error, duckdb.PermissionException) or "file system operations" in detail:
        return QueryError(NO_FILES)
    if "extension" in detail and isinstance(error, duckdb.CatalogException):
        return QueryError(NO_EXTENSION)
    if "configuration has been locked" in detail:
        return QueryError(FIXED_SETTINGS)
    if isinstance(error, duckdb.NotImplementedException | pa.ArrowException | RecursionError):
        return QueryError(UNSHOWABLE, detail)
    return QueryError("DuckDB does not understand the query, or cannot run it.", detail)


def _arrow_stream(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return memoryview(sink.getvalue())


if __name__ == "__main__":
    _work()
