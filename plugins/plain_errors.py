"""Has some errors said in one sentence: a plugin of dbt-duckdb, named in profiles.yml.

dbt-duckdb shows what DuckDB says as it is, and an error of a Python model with its traceback, and
offers no other place to say it in the project's words.
"""

import re
from collections.abc import Callable
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from plugins.market_files import first_line
from plugins.warehouse import PANEL, damaged, out_of_reach, warehouse_of

EXECUTE: Callable[..., Any] = DuckDBCursorWrapper.execute
INITIALIZE = Environment.initialize_cursor.__func__  # type: ignore[attr-defined]
RUN_PYTHON = Environment.run_python_job.__func__  # type: ignore[attr-defined]
# What DuckDB raises while it reads a file that is damaged inside; bare where its libraries do.
UNREADABLE = (
    duckdb.Error,
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InvalidInputException,
)
INPUT_TABLE = re.compile(r'"?market"?\."?main"?\."?(\w+)')
# What DuckLake says where its catalogue is gone, on a server or as a file.
NO_CATALOGUE = re.compile(
    "Unable to connect to Postgres|terminating connection|server closed the connection"
    "|Failed to (attach|query|execute|commit|get|load|read|write)[^:]* DuckLake"
)
# What DuckDB says of a file on s3 that it can neither read nor write.
NO_FILES = re.compile("HTTP (GET|HEAD|PUT|POST|DELETE) |HTTP Error: ")
NO_FILES_SAID = (
    "the lake's files cannot be read or written: see that the server of s3 runs, that the bucket "
    "is there, and that the keys are right (LAKE_FILES, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, "
    "AWS_SECRET_ACCESS_KEY); what was published is unharmed, and the next dbt build makes what "
    "this one could not"
)
# What DuckLake says where rows of a table were deleted while another program added some.
CONFLICT = "Transaction conflict"
# What DuckDB says where a trainer is to make what it only reads.
ONLY_READ = f'database "{PANEL}" which is attached in read-only mode'
NO_ROOM = re.compile(
    r"(Could not write.*|No space left on device|File too large|Disk quota exceeded)"
)


class Plugin(BasePlugin):
    """Stands around SQL and Python models, and says errors plainly that are no fault of theirs."""

    creds: DuckDBCredentials

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the place of dbt-duckdb's functions."""
        warehouse = str(warehouse_of(self.creds).path)

        def execute(cursor: DuckDBCursorWrapper, sql: str, bindings: Any = None) -> Any:
            try:
                return EXECUTE(cursor, sql, bindings)
            except duckdb.Error as error:
                sentence = in_one_sentence(error, warehouse) or of_input(error, sql)
                if sentence is None:
                    raise
                raise DbtRuntimeError(sentence) from error

        # What a cursor is told first has DuckDB look at the warehouse, outside of any query.
        def initialize_cursor(cls: type[Environment], *arguments: Any, **named: Any) -> Any:
            try:
                return INITIALIZE(cls, *arguments, **named)
            except duckdb.Error as error:
                sentence = in_one_sentence(error, warehouse)
                if sentence is None:
                    raise
                raise DbtRuntimeError(sentence) from error

        def run_python_job(cls: type[Environment], *arguments: Any) -> None:
            try:
                RUN_PYTHON(cls, *arguments)
            except DbtRuntimeError as error:
                sentence = in_one_sentence(error.__context__, warehouse)
                if sentence is None:
                    raise
                raise DbtRuntimeError(sentence) from error

        for place, name, function in (
            (DuckDBCursorWrapper, "execute", execute),
            (Environment, "initialize_cursor", classmethod(initialize_cursor)),
            (Environment, "run_python_job", classmethod(run_python_job)),
        ):
            setattr(place, name, function)


def of_input(error: duckdb.Error, sql: str) -> str | None:
    """What to say of a damaged input file that was found out only where its values were read.

    Args:
        error: what was raised.
        sql: what was run.
    """
    tables = sorted(set(INPUT_TABLE.findall(sql)))
    if not tables or type(error) not in UNREADABLE:
        return None
    return (
        f"table {' or '.join(tables)} of the market cannot be read to its end "
        f"({first_line(error)}): write it anew"
    )


def in_one_sentence(error: BaseException | None, warehouse: str) -> str | None:
    """What to say of an error; None where it is a fault of the code and its own text says more.

    Args:
        error: what was raised.
        warehouse: path of the warehouse.
    """
    text = str(error)
    [first_line, *_] = text.splitlines() or [type(error).__name__]
    is_fatal = isinstance(error, duckdb.FatalException)
    if is_fatal or (isinstance(error, duckdb.Error) and "Corrupt database file" in text):
        return damaged(warehouse, first_line)
    if type(error).__module__.startswith("ml."):
        return text
    if isinstance(error, duckdb.Error) and ONLY_READ in text:
        return (
            "target trainer only adds rows that were trained: name what to train, as in --select "
            "trained_24m, backtest_forecasts or unseen_forecasts; --target lake builds the rest"
        )
    if isinstance(error, duckdb.Error) and CONFLICT in text:
        return (
            "another program changed the same table of the lake meanwhile, so nothing was written "
            "of this one: run it again, and publish when trainers are done"
        )
    if isinstance(error, duckdb.Error) and NO_FILES.search(first_line):
        return NO_FILES_SAID
    if isinstance(error, duckdb.Error) and NO_CATALOGUE.search(text):
        return out_of_reach(warehouse)
    # DuckDB may name the disk only in a later line: that of a checkpoint, which it tells of first.
    if isinstance(error, duckdb.Error) and (no_room := NO_ROOM.search(text)):
        return (
            f"{no_room[0]}: make room there, and the next dbt build makes what this one could not; "
            "what was published is unharmed"
        )
    if isinstance(error, OSError | MemoryError | duckdb.OutOfMemoryException):
        return (
            f"{first_line}: what was published is unharmed, and the next dbt build makes what this "
            "one could not"
        )
    return None
