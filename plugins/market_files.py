"""Where the tables of a market are, and how DuckDB reads them: a part of plugins/market.py."""

import csv
import gzip
import io
import os
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, NamedTuple, cast

import duckdb
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from ml.warehouse.publishing import literal

READERS = {".parquet": "parquet", ".csv": "CSV", ".csv.gz": "CSV", ".json": "JSON"}
DELIMITERS = ",;\t|"
# What is read of a CSV file at once; its first line must fit.
CHUNK = 2**20
# DuckDB reads no longer line of a CSV file.
LONGEST_LINE = 2_000_000
# Where Tiingo's answer has the statements of a period.
STATEMENTS = "statementData"
# DuckDB's column that says which file a row is from.
FILE_NAME = "__file_name"
# Names of folders, such as `date=2020-01-02`, are no values.
FROM_FILES = f"filename = '{FILE_NAME}', hive_partitioning = false"


class Column(NamedTuple):
    """A column of a table: its name in the file, that in SQL, and its type."""

    name: str
    sql: str
    type: str


class Dialect(NamedTuple):
    """The form of a CSV file."""

    header: tuple[str, ...]
    delimiter: str
    line_end: str


@dataclass(frozen=True)
class Table:
    """An input table.

    Attributes:
        relation: SQL that stands after `from`.
        columns: what it has.
        files: what it changes with; none where that is not known.
        dialects: of its CSV files.
    """

    relation: str
    columns: tuple[Column, ...]
    files: tuple[Path, ...] = ()
    dialects: Mapping[Path, Dialect] = field(default_factory=dict)


def refusal(market: str, sentence: str) -> DbtRuntimeError:
    """The error that stops a build at the door."""
    return DbtRuntimeError(f"market '{market}': {sentence}")


def first_line(error: Exception) -> str:
    """What DuckDB says of an error, without its kind and its advice."""
    line = str(error).strip().split("\n")[0]
    return re.sub(r"^[\w ]+ Error: |\. See also .*", "", line).rstrip(" .!")


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def find_tables(
    con: DuckDBPyConnection,
    market: str,
    contract: Mapping[str, Collection[str]],
    optional: Collection[str],
) -> dict[str, Table]:
    """Find the tables of a market.

    Args:
        con: a connection that can read them.
        market: a folder, a .duckdb file, or md:<database>.
        contract: names of the columns of each table.
        optional: tables that may be missing, and are then left out.

    Raises:
        DbtRuntimeError: one is missing, there twice, or cannot be read.
    """
    market = os.path.expanduser(market).rstrip("/")
    if market.startswith("md:") or market.endswith(".duckdb"):
        return _tables_of_database(con, market, contract, optional)
    return _tables_of_folder(con, market, contract, optional)


def _tables_of_database(
    con: DuckDBPyConnection, market: str, names: Collection[str], optional: Collection[str]
) -> dict[str, Table]:
    """The tables of a DuckDB file or of MotherDuck, in either layout."""
    is_file = not market.startswith("md:")
    if is_file and not Path(market).is_file():
        raise refusal(market, "there is no such file")
    [[is_motherduck_installed]] = con.execute(
        "select coalesce(bool_or(installed), false) from duckdb_extensions()"
        " where extension_name = 'motherduck'"
    ).fetchall()
    if not is_file and not is_motherduck_installed:
        raise refusal(
            market,
            "this needs DuckDB's extension motherduck: install it once with "
            "python -c \"import duckdb; duckdb.execute('install motherduck')\" and set the "
            "environment variable motherduck_token",
        )
    try:
        con.execute(
            f"attach if not exists {literal(market)} as market_database"
            f" (read_only{', type duckdb' if is_file else ''})"
        )
    except duckdb.Error as error:
        raise refusal(
            market,
            f"it cannot be opened ({first_line(error)}): close the program that writes it, "
            f"or write it with DuckDB {duckdb.__version__}",
        ) from error
    kinds = {
        name: kind
        for name, kind in con.execute(
            """
            select schema_name || '.' || table_name, 'table' from duckdb_tables()
            where database_name = 'market_database'
            union all
            select schema_name || '.' || view_name, 'view' from duckdb_views()
            where database_name = 'market_database'
            """
        ).fetchall()
    }
    files = (Path(market), Path(f"{market}.wal")) if is_file else ()
    tables = {}
    for name in names:
        layouts = list(
            dict.fromkeys([f"main.{name}", name.replace("fundamentals_", "fundamentals.")])
        )
        found = [layout for layout in layouts if layout in kinds]
        if not found and name in optional:
            continue
        if not found:
            raise refusal(market, f"it has no table {' or '.join(layouts)}")
        if kinds[found[0]] == "view":
            raise refusal(
                market,
                f"{found[0]} is a view, which may read other files: make a table of it",
            )
        relation = f"market_database.{found[0]}"
        tables[name] = Table(
            relation, _described(con, relation), tuple(file for file in files if file.exists())
        )
    return tables


def _described(con: DuckDBPyConnection, relation: str) -> tuple[Column, ...]:
    rows = con.execute(f"describe select * from {relation}").fetchall()
    return tuple(Column(name, name, kind) for name, kind, *_ in rows)


def _tables_of_folder(
    con: DuckDBPyConnection,
    market: str,
    contract: Mapping[str, Collection[str]],
    optional: Collection[str],
) -> dict[str, Table]:
    """The tables of a folder: each a file, several files, or a folder of files."""
    # A link to a load's folder may lead to the next load's before the build ends.
    folder = Path(market).resolve()
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    if not entries:
        raise DbtRuntimeError(
            f"market '{market}' is not a folder with files in it: give `simulated`, a folder of "
            "parquet, CSV or JSON files, a .duckdb file, or md:<database>"
        )
    tables = {}
    for name, columns in contract.items():
        files, is_folder = _files_of(market, name, entries, name in optional)
        if not files:
            continue
        kind = READERS[_ending(files[0])]
        try:
            if kind == "CSV":
                parts = _csv_tables(market, files, columns)
            elif kind == "JSON":
                parts = [_json_table(con, files)]
            else:
                parts = [_parquet_table(con, files)]
        except (duckdb.Error, OSError, EOFError, zlib.error) as error:
            raise refusal(market, unreadable(name, files, error)) from error
        if is_folder and "ticker" in columns:
            parts = [_with_ticker(part) for part in parts]
        tables[name] = _together(parts)
    return tables


def unreadable(name: str, files: Sequence[Path], error: Exception) -> str:
    """What cannot be read, in a sentence."""
    place = f" from {files[0].name}" if files else ""
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return f"table {name} cannot be read{place}{more} ({first_line(error)}): write it anew"


def _ending(file: Path) -> str:
    return next((end for end in READERS if file.name.lower().endswith(end)), "")


def _files_of(
    market: str, table: str, entries: Sequence[Path], is_optional: bool
) -> tuple[list[Path], bool]:
    """The files of a table, and whether they lie in a folder of their own."""
    stems = {entry: entry.name.lower().removesuffix(_ending(entry)) for entry in entries}
    readable = [entry for entry in entries if entry.is_dir() or _ending(entry)]
    named = [entry for entry in readable if stems[entry] == table]
    numbered = [e for e in readable if re.fullmatch(rf"{table}[_-][\d_-]+", stems[e])]
    if is_optional and not named + numbered:
        return [], False
    if len(named) > 1 or not named + numbered:
        raise refusal(
            market,
            f"it has {'more than one' if named else 'no'} file for table {table}: put "
            f"{f'one of {table}'}{f', {table}'.join(READERS)} there, or a folder {table} of files",
        )
    is_folder = bool(named) and named[0].is_dir()
    files = sorted(named[0].iterdir()) if is_folder else named or numbered
    files = [file for file in files if _ending(file) and not file.name.startswith((".", "_"))]
    kinds = sorted({READERS[_ending(file)] for file in files})
    if len(kinds) != 1:
        raise refusal(
            market,
            f"the files of table {table} are {' and '.join(kinds) or 'none that can be read'}: "
            f"put files of one kind there, which end in {', '.join(READERS)}",
        )
    return files, is_folder


def _paths(files: Iterable[Path]) -> str:
    """Files as a list in SQL. DuckDB takes the name of a file that is there for no pattern."""
    return f"[{', '.join(literal(str(file)) for file in files)}]"


def _with_ticker(table: Table) -> Table:
    """Where there is no column ticker, each file is named after its ticker."""
    if any(column.name.strip().lower() == "ticker" for column in table.columns):
        return table
    endings = literal(f"({'|'.join(map(re.escape, READERS))})$")
    return replace(
        table,
        relation=f"(select *, regexp_replace(parse_filename({FILE_NAME}), {endings}, '', 'i')"
        f" as ticker from {table.relation})",
        columns=(*table.columns, Column("ticker", "ticker", "VARCHAR")),
    )


def _together(parts: Sequence[Table]) -> Table:
    if len(parts) == 1:
        return parts[0]
    columns = {column.sql.lower(): column for part in parts for column in part.columns}
    return Table(
        relation=f"({' union all by name '.join(f'from {part.relation}' for part in parts)})",
        columns=tuple(columns.values()),
        files=tuple(file for part in parts for file in part.files),
        dialects={file: form for part in parts for file, form in part.dialects.items()},
    )


def _parquet_table(con: DuckDBPyConnection, files: Sequence[Path]) -> Table:
    relation = f"read_parquet({_paths(files)}, union_by_name = true, {FROM_FILES})"
    columns = [column for column in _described(con, relation) if column.sql != FILE_NAME]
    # Where names differ by case only, DuckDB gives the second a number.
    names = _parquet_names(con, files[0])
    if len(names) == len(columns):
        columns = [c._replace(name=name) for c, name in zip(columns, names, strict=True)]
    return Table(relation, tuple(columns), tuple(files))


def _parquet_names(con: DuckDBPyConnection, file: Path) -> list[str]:
    """Names of the columns in a file, without those of their parts."""
    rows = con.execute(
        f"select name, coalesce(num_children, 0) from parquet_schema({_paths([file])})"
    ).fetchall()
    names = []
    parts_left = 0
    for name, parts in rows[1:]:
        if parts_left:
            parts_left -= 1
        else:
            names.append(name)
        parts_left += parts
    return names


def _json_table(con: DuckDBPyConnection, files: Sequence[Path]) -> Table:
    """Objects with a key for each column, or statements as Tiingo answers them."""
    keys = [
        key
        for [key] in con.execute(
            "select distinct unnest(json_keys(json)) as key"
            f" from read_json_objects({_paths(files)}) order by key"
        ).fetchall()
    ]
    types = dict.fromkeys(keys, "VARCHAR")
    if STATEMENTS in keys:
        types[STATEMENTS] = 'MAP(VARCHAR, STRUCT("dataCode" VARCHAR, value VARCHAR)[])'
    relation = f"read_json({_paths(files)}, {_typed(types)}, {FROM_FILES})"
    if STATEMENTS in keys:
        keys = [*(set(keys) - {STATEMENTS}), "statementType", "dataCode", "value"]
        relation = (
            f'(select * exclude ({STATEMENTS}, entry, item), entry.key as "statementType",'
            ' item."dataCode" as "dataCode", item.value as value'
            " from (select *, unnest(entry.value) as item"
            f" from (select *, unnest(map_entries({STATEMENTS})) as entry from {relation})))"
        )
    return Table(relation, tuple(Column(key, key, "VARCHAR") for key in keys), tuple(files))


def _typed(types: Mapping[str, str]) -> str:
    pairs = (f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    return f"columns = {{{', '.join(pairs)}}}"


def _csv_tables(market: str, files: Sequence[Path], wanted: Collection[str]) -> list[Table]:
    """A table for all the files of one dialect.

    All is said that DuckDB would guess, since it guesses from the first rows.
    """
    alike: dict[Dialect, list[Path]] = {}
    for file in files:
        alike.setdefault(_dialect(market, file, wanted), []).append(file)
    tables = []
    for dialect, group in alike.items():
        columns: dict[str, Column] = {}
        for position, name in enumerate(dialect.header):
            sql = name.strip()
            if not sql or sql.lower() in columns:
                sql = f"{sql}:{position}"
            columns[sql.lower()] = Column(name, sql, "VARCHAR")
        types = {column.sql: column.type for column in columns.values()}
        line_end = dialect.line_end.encode("unicode_escape").decode()
        relation = (
            f"read_csv({_paths(group)}, auto_detect = false, header = true,"
            f" delim = {literal(dialect.delimiter)}, quote = '\"', escape = '\"',"
            f" new_line = {literal(line_end)}, {_typed(types)}, {FROM_FILES})"
        )
        dialects = dict.fromkeys(group, dialect)
        tables.append(Table(relation, tuple(columns.values()), tuple(group), dialects))
    return tables


def _opened(file: Path) -> IO[bytes]:
    if file.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(file))
    return file.open("rb")


def _dialect(market: str, file: Path, wanted: Collection[str]) -> Dialect:
    with _opened(file) as opened:
        beginning = opened.read(CHUNK)
        # Of an archive that was cut off, DuckDB reads what is there: seen here.
        while file.suffix.lower() == ".gz" and opened.read(CHUNK):
            pass
    if not beginning.strip():
        raise refusal(market, f"{file.name} is empty: its first line must name the columns")
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in beginning[:4]:
        raise refusal(market, f"line 1 of {file.name} is in UTF-16: save the file in UTF-8")
    text = beginning.decode("utf-8-sig", errors="surrogateescape")
    line_end = re.search("\r\n|\n|\r", text)
    known = {name.lower() for name in wanted}
    headers = {
        mark: next(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in DELIMITERS
    }
    delimiter = max(
        headers, key=lambda mark: sum(name.strip().lower() in known for name in headers[mark])
    )
    return Dialect(tuple(headers[delimiter]), delimiter, line_end.group() if line_end else "\n")


def csv_fault(table: Table) -> str | None:
    """The first line that cannot be read of a table's CSV files, in a sentence.

    DuckDB finds out that there is one, but not always which.
    """
    faults = (_faulty_line(file, dialect) for file, dialect in table.dialects.items())
    return next((fault for fault in faults if fault), None)


def _faulty_line(file: Path, dialect: Dialect) -> str | None:
    last_line = ""
    csv.field_size_limit(LONGEST_LINE)

    def lines(opened: IO[bytes]) -> Iterator[str]:
        nonlocal last_line
        text = io.TextIOWrapper(opened, "utf-8-sig", "surrogateescape", dialect.line_end)
        for line in text:
            last_line = line
            yield line

    with _opened(file) as opened:
        rows = csv.reader(lines(opened), delimiter=dialect.delimiter, strict=True)
        place = f"line 1 of {file.name}"
        try:
            for row in rows:
                if len(last_line) > LONGEST_LINE:
                    return f"{place} has more than {LONGEST_LINE:,} characters: shorten it"
                if row and len(row) != len(dialect.header):
                    return (
                        f"{place} has {len(row)} values, but line 1 names "
                        f"{len(dialect.header)} columns: complete it or delete it"
                    )
                if any("\udc80" <= character <= "\udcff" for character in "".join(row)):
                    return f"{place} is not in UTF-8: save the file in UTF-8"
                if "\r" in last_line.removesuffix(dialect.line_end)[-1:]:
                    return f"{place} ends otherwise than line 1: write all line ends alike"
                place = f"line {rows.line_num + 1} of {file.name}"
        except csv.Error as error:
            if "field larger" in str(error):
                return f"{place} has more than {LONGEST_LINE:,} characters: shorten it"
            if "new-line" in str(error):
                return f"{place} ends otherwise than line 1: write all line ends alike"
            return (
                f"{place} has a quotation mark that is not closed, or is not doubled inside a "
                "quoted value: correct it"
            )
    return None
