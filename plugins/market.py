"""Opens one's own market: a plugin of dbt-duckdb, named in profiles.yml.

In Python, since SQL and Jinja cannot catch an error, and a file may fail in any of its lines.
"""

import hashlib
import re
import time
import uuid
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from plugins.market_files import (
    Column,
    Table,
    csv_fault,
    find_tables,
    quoted,
    refusal,
    unreadable,
)

FAMILIES = {
    **dict.fromkeys(
        (
            *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
            *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
            *("FLOAT", "DOUBLE", "DECIMAL"),
        ),
        "number",
    ),
    **dict.fromkeys(("VARCHAR", "ENUM", "UUID"), "text"),
    **dict.fromkeys(("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "day"),
    "TIMESTAMP WITH TIME ZONE": "moment",
    "BOOLEAN": "flag",
}
# By declared type: the families that can be read as it, and what it holds, in words.
READABLE = {
    "double": {"number", "text"},
    "integer": {"number", "text"},
    "date": {"day", "moment", "text"},
    "varchar": {"text", "number", "flag"},
    "boolean": {"flag", "number", "text"},
}
WORDS = {
    "double": "numbers",
    "integer": "whole numbers",
    "date": "dates (YYYY-MM-DD)",
    "varchar": "text",
    "boolean": "true or false",
}
# A file that was written in the last seconds may change once more unseen.
SECONDS_UNTIL_SETTLED = 3


class Declared(NamedTuple):
    """A column as models/staging/sources.yml declares it.

    Attributes:
        type: its type.
        optional: whether it may be missing.
        is_moment: whether it is a moment, of which the day in UTC counts.
    """

    type: str
    optional: bool = False
    is_moment: bool = False


Contract = Mapping[str, Mapping[str, Declared]]


class Plugin(BasePlugin):
    """Takes the contract from the macro `open_market`."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Refuse an address with a token in it before it names a file, and without repeating it.

        As macro check_vars does while dbt parses: `dbt debug` connects without parsing, and
        `dbt parse` does not connect.

        Raises:
            DbtRuntimeError: the market's address is one.
        """
        market = str(self.plugin_config.get("market"))
        if market.startswith("md:") and "?" in market:
            raise DbtRuntimeError(
                "var market has a question mark in it: give md:<database> alone, since what "
                "follows would be written into names and logs, and a token in the environment "
                "variable motherduck_token"
            )

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Remember what profiles.yml says."""
        self.plugin_config = plugin_config

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Remember the connection."""
        self.connection = conn

    def store(self, target_config: TargetConfig) -> None:
        """Open the market."""
        config = target_config.config
        contract = {
            table: {name: Declared(**column) for name, column in columns.items()}
            for table, columns in config["contract"].items()
        }
        with self.connection.cursor() as cursor:
            open_market(cursor, str(config["market"]), contract, config["optional"])


def open_market(
    con: DuckDBPyConnection, market: str, contract: Contract, optional: Collection[str] = ()
) -> None:
    """Make the tables of a market readable: one view each in the database `market`.

    Beside them stands the table `versions`: what each view was made of, as a digest.

    Args:
        con: a connection with a database `market`.
        market: a folder, a .duckdb file, or md:<database>.
        contract: the tables and columns that it must have.
        optional: tables that may be missing, and then have no rows.

    Raises:
        DbtRuntimeError: something cannot be read; says what and how to mend it.
    """
    tables = find_tables(con, market, contract, optional)
    views = {
        name: f"select {_select_list(con, market, name, tables[name], columns)}"
        f" from {tables[name].relation}"
        if name in tables
        else f"select {', '.join(_null(column, columns[column]) for column in columns)} limit 0"
        for name, columns in contract.items()
    }
    con.execute(
        "create or replace table market.main.versions (table_name varchar, version varchar)"
    )
    for name, view in views.items():
        con.execute(f"create or replace view market.main.{name} as {view}")
        version = _version(view, tables.get(name))
        con.execute(f"insert into market.main.versions values ('{name}', '{version}')")


def _null(name: str, declared: Declared) -> str:
    return f"null::{declared.type} as {quoted(name)}"


def _version(view: str, table: Table | None) -> str:
    """Digest of a view and of the size and time of the files behind it, if it has a table.

    A table without files is new every time.
    """
    states = [(file, file.stat()) for file in table.files] if table else []
    newest = max((state.st_mtime for _, state in states), default=time.time() if table else 0)
    if newest > time.time() - SECONDS_UNTIL_SETTLED:
        return uuid.uuid4().hex
    files = [f"{file} {state.st_size} {state.st_mtime_ns}" for file, state in states]
    return hashlib.md5("\n".join([view, *files]).encode()).hexdigest()


def _select_list(
    con: DuckDBPyConnection, market: str, name: str, table: Table, contract: Mapping[str, Declared]
) -> str:
    """Every declared column, as far as the table has it, once its values are checked."""
    columns = {}
    for column_name, declared in contract.items():
        found = _column_of(market, name, table, column_name)
        if found is not None:
            columns[column_name] = found
        elif not declared.optional:
            given = ", ".join(column.name for column in table.columns) or "none"
            raise refusal(market, f"table {name} has no column {column_name}; it has {given}")
    measures = {
        column_name: measure
        for column_name, column in columns.items()
        if (measure := _measure(column, contract[column_name], is_csv=bool(table.dialects)))
    }
    try:
        counts = _counts(con, table, measures)
    except duckdb.Error as error:
        sentence = csv_fault(table) or unreadable(name, table.files, error)
        raise refusal(market, sentence) from error
    selected = []
    for column_name, declared in contract.items():
        column = columns.get(column_name)
        counted = counts.get(column_name)
        if column and counted and (fault := _fault(column, declared, counted)):
            raise refusal(market, f"column {column_name} of table {name} {fault}")
        if column and _family(column) in READABLE[declared.type]:
            selected.append(f"{_value(column, declared)} as {quoted(column_name)}")
        else:
            selected.append(_null(column_name, declared))
    return ", ".join(selected)


def _column_of(market: str, table_name: str, table: Table, name: str) -> Column | None:
    """The column of this name or, where none is, the one in another case or between blanks."""
    found = [column for column in table.columns if column.name == name]
    found = found or [c for c in table.columns if c.name.strip().lower() == name.lower()]
    if len(found) > 1:
        names = " and ".join(f"'{column.name}'" for column in found)
        raise refusal(
            market, f"table {table_name} has {names} for its column {name}: keep one of them"
        )
    return found[0] if found else None


def _family(column: Column) -> str | None:
    # A list ends in brackets, and is of no family.
    kind = re.fullmatch(r"([A-Z_ ]+?)(\(.*\))?", column.type, re.DOTALL)
    return FAMILIES.get(kind[1]) if kind else None


class Measure(NamedTuple):
    """SQL that counts values, and those that can be read, and takes one that cannot."""

    given: str
    readable: str
    example: str


class Count(NamedTuple):
    """What a measure gives."""

    given: int
    readable: int
    example: str | None


def _measure(column: Column, declared: Declared, is_csv: bool) -> Measure | None:
    """How to look through a column; none where its type says enough."""
    value = quoted(column.sql)
    given = f"count({value})"
    family = _family(column)
    if family not in READABLE[declared.type]:
        return Measure(given, "0", "null")
    if family == "text" and declared.type != "varchar":
        # Blanks are no values, nor is what Tiingo writes where a plan does not include a field.
        text = f"nullif(trim({value}::varchar), '')"
        text = f"case when not starts_with(lower({text}), 'field not available') then {text} end"
        typed = f"try_cast({text} as {declared.type})"
        return Measure(f"count({text})", f"count({typed})", f"min({text}) filter ({typed} is null)")
    if family == "moment" and not declared.is_moment:
        is_day = f"epoch_us({value}) % 86400000000 = 0"
        return Measure(
            given,
            f"count(*) filter ({is_day})",
            f"min(({value} at time zone 'UTC')::varchar) filter (not {is_day})",
        )
    # Any line of a CSV file may be faulty: each is read here once.
    return Measure(given, given, "null") if is_csv else None


def _counts(
    con: DuckDBPyConnection, table: Table, measures: Mapping[str, Measure]
) -> dict[str, Count]:
    if not measures:
        return {}
    selected = ", ".join(expression for measure in measures.values() for expression in measure)
    [row] = con.execute(f"select {selected} from {table.relation}").fetchall()
    return {
        name: Count(*row[3 * position : 3 * position + 3]) for position, name in enumerate(measures)
    }


def _fault(column: Column, declared: Declared, count: Count) -> str | None:
    """What is wrong with a column as a whole: single values are counted in rejected_rows."""
    family = _family(column)
    wanted = WORDS[declared.type]
    if count.given == 0:
        return None
    if family not in READABLE[declared.type]:
        return f"is of type {column.type}, but must hold {wanted} ({declared.type})"
    if family == "text" and count.readable == 0:
        return f"must hold {wanted}, but holds text such as '{count.example}'"
    if family == "moment" and count.readable < count.given:
        return (
            f"holds moments such as {count.example} UTC, and not the time zone in which they are "
            "days: write it as a date"
        )
    return None


def _value(column: Column, declared: Declared) -> str:
    """A column as the models read it: text where it is text, for them to count what is none."""
    value = quoted(column.sql)
    family = _family(column)
    if family == "moment":
        return f"({value} at time zone 'UTC')::date"
    if family == "number" and declared.type == "boolean":
        return f"case {value} when 0 then 'false' when 1 then 'true' else {value}::varchar end"
    if family == "text" and declared.type == "boolean":
        return f"trim({value}::varchar)"
    if declared.type == "varchar" or (family == "text" and column.type != "VARCHAR"):
        return f"{value}::varchar"
    return value
