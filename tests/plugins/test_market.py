"""What the door reads, and what it refuses in one sentence: forms of files, columns and days."""

import os
import re
import time
import zlib
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError

from plugins.market import Declared, Plugin, open_market

CONTRACT = {
    "daily_adjusted": {
        "ticker": Declared("varchar"),
        "date": Declared("date"),
        "close": Declared("double"),
        "isActive": Declared("boolean"),
        "filing_date": Declared("date", optional=True),
    }
}
HEADER = "ticker,date,close,isActive\n"
ROW = ("A", date(2020, 1, 2), 1.5, True, None)


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as market")
        con.execute("set timezone = 'UTC'")
        yield con


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "market"
    folder.mkdir()
    return folder


def rows(con, market, contract=CONTRACT) -> list[tuple]:
    """What the models read of a market."""
    open_market(con, str(market), contract)
    return con.sql(
        "select ticker, try_cast(date as date), try_cast(close as double),"
        " try_cast(isActive as boolean), try_cast(filing_date as date)"
        " from market.daily_adjusted order by all"
    ).fetchall()


def refused(con, market) -> str:
    with pytest.raises(DbtRuntimeError) as caught:
        open_market(con, str(market), CONTRACT)
    sentence = str(caught.value).split("\n")[-1].strip()
    assert str(market) in sentence
    assert str(caught.value).count("\n") <= 1
    return sentence


def write_parquet(folder, select, name="daily_adjusted.parquet"):
    duckdb.connect().execute(f"copy (select {select}) to '{folder / name}'")


TYPED = "'A' as ticker, date '2020-01-02' as date, 1.5 as close, true as isActive"


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "A,2020-01-02,1.5,true\n",
        HEADER + "A,2020-01-02,1.5,true",
        HEADER + "A,2020-01-02,1.5,1\n\n\n",
        HEADER + "A,2020-01-02,1.5,t,\n".replace(",\n", "\n"),
        (HEADER + "A,2020-01-02,1.5,true\n").replace("\n", "\r\n"),
        (HEADER + "A,2020-01-02,1.5,true\n").replace("\n", "\r"),
        (HEADER + "A,2020-01-02,1.5,true\n").replace(",", ";"),
        (HEADER + "A,2020-01-02,1.5,true\n").replace(",", "\t"),
        "\ufeff" + HEADER + "A,2020-01-02,1.5,true\n",
        '"ticker","date","close","isActive"\n"A","2020-01-02","1.5"," TRUE "\n',
        " Ticker ,DATE,Close,ISACTIVE\nA,2020-01-02,1.5,true\n",
        ",ticker,date,close,isActive,note,note,\n0,A,2020-01-02,1.5,true,x,y,z\n",
        HEADER + "A,2020-01-02T00:00:00.000Z,1.5,true\n",
        HEADER + "A,2020-01-02T00:00:00+09:00,1.5,true\n",
        HEADER + "A,2020-01-02 21:06:46.211656-05:00,1.5,true\n",
        "ticker,date,Close,close,isActive\nA,2020-01-02,9,1.5,true\n",
    ],
)
def test_each_dialect_of_csv_is_read(text, con, folder):
    (folder / "daily_adjusted.csv").write_bytes(text.encode())
    assert rows(con, folder) == [ROW]


def test_a_first_quote_in_a_late_row_is_read(con, folder):
    lines = [f"A,2020-01-02,{number},true,ok" for number in range(30_000)]
    text = "\n".join(["ticker,date,close,isActive,note", *lines, 'B,2020-01-02,2,false,"x, y"'])
    (folder / "daily_adjusted.csv").write_text(text)
    assert rows(con, folder)[-1] == ("B", date(2020, 1, 2), 2.0, False, None)


GOOD = HEADER + "A,2020-01-02,1.5,true\n" * 40_000
# An archive that was cut off behind a line.
ARCHIVE = zlib.compressobj(wbits=31)
CUT_OFF = ARCHIVE.compress(2 * GOOD.encode()) + ARCHIVE.flush(zlib.Z_FULL_FLUSH)


@pytest.mark.parametrize(
    ("faulty", "words"),
    [
        ("A,2020-01", "has 2 values, but line 1 names 4 columns"),
        ("A,2020-01-02,1,true,5\n", "has 5 values, but line 1 names 4 columns"),
        ("A,2020-01-02,1.5,true\r\n", "ends otherwise than line 1"),
        ('A,"2020-01-02,1.5,true\n', "has a quotation mark that is not closed"),
        ('A,"2020"-01-02,1.5,true\n', "has a quotation mark that is not closed"),
        ("\udcc9A,2020-01-02,1.5,true\n", "is not in UTF-8: save the file in UTF-8"),
        ("A" * 3_000_000 + ",2020-01-02,1.5,true\n", "has more than 2,000,000 characters: shorten"),
    ],
)
def test_a_faulty_line_is_named(faulty, words, con, folder):
    text = GOOD + faulty
    (folder / "daily_adjusted.csv").write_bytes(text.encode(errors="surrogateescape"))
    assert f"line 40002 of daily_adjusted.csv {words}" in refused(con, folder)


def test_lines_that_end_in_crlf_but_one_are_named(con, folder):
    text = GOOD.replace("\n", "\r\n") + "B,2020-01-02,1.5,true\nB,2020-01-03,1.5,true\r\n"
    (folder / "daily_adjusted.csv").write_bytes(text.encode())
    assert "line 40002 of daily_adjusted.csv ends otherwise" in refused(con, folder)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("daily_adjusted.csv", b"", "daily_adjusted.csv is empty"),
        ("daily_adjusted.csv", HEADER.encode("utf-16"), "line 1 of daily_adjusted.csv is in UTF-"),
        ("daily_adjusted.csv", HEADER.encode("utf-16-le"), "is in UTF-16: save the file in UTF-8"),
        ("daily_adjusted.csv", b"A,2020-01-02,1\n", "no column ticker; it has A, 2020-01-02, 1"),
        ("daily_adjusted.csv.gz", CUT_OFF, "Compressed file ended before the end"),
        ("daily_adjusted.csv.gz", b"no archive", "cannot be read from daily_adjusted.csv.gz"),
        ("daily_adjusted.parquet", b"", "from daily_adjusted.parquet (File"),
        ("daily_adjusted.parquet", b"no parquet file", "No magic bytes found"),
        ("daily_adjusted.json", b'[{"ticker": "A"}, {"ti', "Malformed JSON in file"),
        ("daily_adjusted.xlsx", b"x", "no file for table daily_adjusted: put one of daily_adj"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(name, content, words, con, folder):
    (folder / name).write_bytes(content)
    assert words in refused(con, folder)


def test_a_name_that_columns_share_but_for_case_is_refused(con, folder):
    pl.DataFrame(
        {"ticker": ["A"], "date": ["2020-01-02"], "Close": [9.0], "CLOSE": [1.5]}
    ).write_parquet(folder / "daily_adjusted.parquet")
    assert "has 'Close' and 'CLOSE' for its column close" in refused(con, folder)


def test_the_name_as_declared_wins(con, folder):
    nested = {"a": 1, "b": 2}
    pl.DataFrame(
        {
            "nested": [nested],
            "Close": [9.0],
            "close": [1.5],
            " TICKER ": ["A"],
            "date": ["2020-01-02"],
            "isactive": ["1"],
        }
    ).write_parquet(folder / "daily_adjusted.parquet")
    assert rows(con, folder) == [ROW]


@pytest.mark.parametrize(
    "changed",
    [
        "'2020-01-02' as date",
        "'2020-01-02T00:00:00+09:00' as date",
        "timestamp '2020-01-02 21:00:00' as date",
        "timestamp_ns '2020-01-02 21:00:00' as date",
        "timestamptz '2020-01-02 00:00:00+00' as date",
        "' 1.5 ' as close",
        "1.5::decimal(9, 3) as close",
        "'A'::enum('A') as ticker",
        "1 as isActive",
        "1.0::double as isActive",
        "'True' as isActive",
        "null::integer as filing_date",
        "null::varchar as filing_date",
        "'Field not available for free/evaluation' as filing_date",
    ],
)
def test_what_can_be_read_as_its_type_is_read(changed, con, folder):
    column = changed.split(" as ")[-1]
    kept = TYPED if column == "filing_date" else f"* exclude ({column}) from (select {TYPED})"
    select = f"{changed}, {kept}"
    write_parquet(folder, select)
    assert rows(con, folder) == [ROW]
    (folder / "daily_adjusted.parquet").unlink()
    write_database(folder / "m.duckdb", f"create table daily_adjusted as select {select}")
    assert rows(con, folder / "m.duckdb") == [ROW]


@pytest.mark.parametrize("column", ["ticker", "date", "close", "isActive"])
def test_a_column_without_values_may_be_of_any_type(column, con, folder):
    for nothing in ("null", "null::date", "null::boolean", "null::double[]"):
        write_parquet(folder, f"{nothing} as {column}, * exclude ({column}) from (select {TYPED})")
        [row] = rows(con, folder)
        assert row.count(None) == 2


def write_database(file, *statements):
    with duckdb.connect(str(file)) as con:
        con.execute("set timezone = 'UTC'")
        for statement in statements:
            con.execute(statement)


def test_numbers_are_read_as_text_where_text_is_declared(con, folder):
    write_parquet(folder, TYPED.replace("'A'", "3571"))
    assert rows(con, folder) == [("3571", *ROW[1:])]


def test_a_flag_that_is_neither_0_nor_1_is_none(con, folder):
    write_parquet(folder, TYPED.replace("true", "5"))
    assert rows(con, folder) == [(*ROW[:3], None, None)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("true as close", "close of table daily_adjusted is of type BOOLEAN, but must hold num"),
        ("{'a': 1} as close", "is of type STRUCT(a INTEGER), but must hold numbers (double)"),
        ("[1.5] as close", "is of type DECIMAL(2,1)[], but must hold numbers"),
        ("20200102 as date", "date of table daily_adjusted is of type INTEGER, but must hold dat"),
        ("'01/02/2020' as date", "must hold dates (YYYY-MM-DD), but holds text such as '01/02/20"),
        ("'1,5' as close", "must hold numbers, but holds text such as '1,5'"),
        ("'\\x00'::blob as ticker", "is of type BLOB, but must hold text (varchar)"),
        ("date '2020-01-02' as isActive", "is of type DATE, but must hold true or false"),
        (
            "timestamptz '2020-01-01 15:00:00+00' as date",
            "date of table daily_adjusted holds moments such as 2020-01-01 15:00:00 UTC, and not",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(changed, words, con, folder):
    column = changed.split(" as ")[-1]
    write_parquet(folder, f"{changed}, * exclude ({column}) from (select {TYPED})")
    assert words in refused(con, folder)


def test_the_day_of_a_moment_is_that_in_utc(con, folder):
    moments = "timestamptz '2020-01-02 21:06:46.2+00' as date"
    write_parquet(folder, f"{moments}, * exclude (date) from (select {TYPED})")
    columns = {**CONTRACT["daily_adjusted"], "date": Declared("date", is_moment=True)}
    con.execute("set timezone = 'Asia/Tokyo'")
    assert rows(con, folder, {"daily_adjusted": columns}) == [ROW]


def test_a_few_values_that_cannot_be_read_pass_to_be_counted(con, folder):
    (folder / "daily_adjusted.csv").write_text(HEADER + "A,2020-01-02,1.5,true\nB,soon,x,?\n")
    assert rows(con, folder) == [ROW, ("B", None, None, None, None)]


SECOND = ("B", date(2020, 1, 3), 2.5, False, None)


@pytest.mark.parametrize(
    "files",
    [
        {
            "daily_adjusted/x.csv": HEADER + "A,2020-01-02,1.5,true\n",
            "daily_adjusted/y.csv": "close;isActive;Date;TICKER\n2.5;0;2020-01-03;B\n",
            "daily_adjusted/.y.csv": "no table",
            "daily_adjusted/notes.txt": "no table",
        },
        {
            "daily_adjusted/A.csv": "date,close,isActive\n2020-01-02,1.5,true\n",
            "daily_adjusted/B.csv": "date,close,isActive\n2020-01-03,2.5,false\n",
        },
        {
            "daily_adjusted_2019.csv": HEADER + "A,2020-01-02,1.5,true\n",
            "daily_adjusted_2020-01.csv": HEADER + "B,2020-01-03,2.5,false\n",
            "daily_adjusted_old.csv": "no table",
        },
        {
            "Daily_Adjusted.CSV": HEADER + "A,2020-01-02,1.5,true\nB,2020-01-03,2.5,false\n",
            "daily_adjusted_2019.csv": "no table",
        },
        {
            "daily_adjusted.json": '[{"ticker":"A","date":"2020-01-02T00:00:00.000Z","close":1.5,'
            '"isActive":true},{"ticker":"B","date":"2020-01-03","close":2.5,"isActive":false}]',
        },
        {
            "daily_adjusted/A.json": '[{"date":"2020-01-02","close":1.5,"isActive":true}]',
            "daily_adjusted/B.json": '{"date":"2020-01-03","close":2.5,"isActive":false}\n',
        },
    ],
)
def test_several_files_make_one_table(files, con, folder):
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    assert rows(con, folder) == [ROW, SECOND]


def test_several_parquet_files_make_one_table(con, folder):
    (folder / "daily_adjusted").mkdir()
    write_parquet(
        folder / "daily_adjusted", f"* exclude (ticker) from (select {TYPED})", "A.parquet"
    )
    write_parquet(
        folder / "daily_adjusted",
        "2.5 as close, 0::boolean as isActive, date '2020-01-03' as date",
        "B.parquet",
    )
    assert rows(con, folder) == [ROW, SECOND]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["daily_adjusted.csv", "daily_adjusted.parquet"], "more than one file for table daily_ad"),
        (["daily_adjusted/a.csv", "daily_adjusted/b.parquet"], "are CSV and parquet: put files of"),
        (["daily_adjusted/a.txt"], "are none that can be read: put files of one kind there"),
    ],
)
def test_files_that_do_not_make_one_table_are_refused(names, words, con, folder):
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(HEADER)
    assert words in refused(con, folder)


def test_statements_are_read_as_tiingo_answers_them(con, folder):
    (folder / "fundamentals_statements").mkdir()
    (folder / "fundamentals_statements" / "AAPL.json").write_text(
        '[{"date": "2020-03-31", "year": 2020, "quarter": 1, "statementData": {'
        '"balanceSheet": [{"dataCode": "equity", "value": 5.5}],'
        '"cashFlow": [{"dataCode": "ncfo", "value": -2}, {"dataCode": "ncf", "value": null}]}}]'
    )
    texts = ("ticker", "statementType", "dataCode")
    numbers = ("year", "quarter", "value")
    columns = {
        **{name: Declared("varchar") for name in texts},
        **{name: Declared("double") for name in numbers},
        "date": Declared("date"),
    }
    open_market(con, str(folder), {"fundamentals_statements": columns})
    assert con.sql("from market.fundamentals_statements order by all").fetchall() == [
        ("AAPL", "balanceSheet", "equity", "2020", "1", "5.5", "2020-03-31"),
        ("AAPL", "cashFlow", "ncf", "2020", "1", None, "2020-03-31"),
        ("AAPL", "cashFlow", "ncfo", "2020", "1", "-2", "2020-03-31"),
    ]


@pytest.mark.parametrize("name", ["[a-z]* {x}", "Börse", 'it\'s "mine"', "date=2019-01-01"])
def test_any_name_of_a_folder_will_do(name, con, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    market = Path(name)
    market.mkdir()
    for kind in ("csv", "json"):
        (market / f"daily_adjusted.{kind}").write_text(
            HEADER + "A,2020-01-02,1.5,true\n"
            if kind == "csv"
            else '{"ticker":"A","date":"2020-01-02","close":1.5,"isActive":true}'
        )
        assert rows(con, f"{name}/") == [ROW]
        (market / f"daily_adjusted.{kind}").unlink()
    pl.DataFrame(
        {"ticker": ["A"], "date": ["2020-01-02"], "close": [1.5], "isActive": [True]}
    ).write_parquet(market / "daily_adjusted.parquet")
    assert rows(con, name) == [ROW]
    literal = f"{name}/market.duckdb".replace("'", "''")
    with duckdb.connect() as writer:
        writer.execute(f"attach '{literal}' as new")
        writer.execute(f"create table new.daily_adjusted as select {TYPED}")
    assert rows(con, f"{name}/market.duckdb") == [ROW]


def test_a_database_that_cannot_be_opened_is_named(con, folder):
    file = folder / "m.duckdb"
    assert "there is no such file" in refused(con, file)
    file.write_bytes(b"no database" * 1000)
    assert "it cannot be opened (" in refused(con, file)
    assert "not a valid DuckDB database file" in refused(con, file)


def test_views_of_a_database_are_not_read(con, folder):
    (folder / "daily_adjusted.csv").write_text(HEADER + "A,2020-01-02,1.5,true\n")
    file = folder / "m.duckdb"
    view = f"create view daily_adjusted as from '{folder / 'daily_adjusted.csv'}'"
    write_database(file, view)
    assert "main.daily_adjusted is a view, which may read other files" in refused(con, file)


def test_an_address_with_a_token_is_refused_without_repeating_it():
    plugin = Plugin("market", {"market": "md:mine?motherduck_token=secret"}, None)
    with pytest.raises(DbtRuntimeError, match="question mark") as caught:
        plugin.update_connection_config(DuckDBCredentials(database="w", schema="main"), {})
    assert "secret" not in str(caught.value)


def test_an_optional_table_that_is_missing_has_no_rows(con, folder):
    contract = {**CONTRACT, "exchange_rates": {"usd_per_unit": Declared("double")}}
    (folder / "daily_adjusted.csv").write_text(HEADER + "A,2020-01-02,1.5,true\n")
    write_database(folder / "m.duckdb", f"create table daily_adjusted as select {TYPED}")
    versions = "select version from market.versions where table_name = 'exchange_rates'"
    for market in (folder, folder / "m.duckdb"):
        with pytest.raises(DbtRuntimeError, match=r"it has no .*exchange_rates"):
            open_market(con, str(market), contract)
        open_market(con, str(market), contract, ["exchange_rates"])
        assert con.sql("from market.exchange_rates").fetchall() == []
        assert con.sql("from market.daily_adjusted").fetchall() != []
        version = con.sql(versions).fetchall()
        open_market(con, str(market), contract, ["exchange_rates"])
        assert con.sql(versions).fetchall() == version


def version(con, folder) -> str:
    rows(con, folder)
    [[version]] = con.sql("select version from market.versions").fetchall()
    return version


def test_a_table_is_new_when_its_files_are(con, folder):
    file = folder / "daily_adjusted.csv"
    file.write_text(HEADER + "A,2020-01-02,1.5,true\n")
    assert version(con, folder) != version(con, folder)
    os.utime(file, (time.time() - 60, time.time() - 60))
    settled = version(con, folder)
    assert version(con, folder) == settled
    assert re.fullmatch("[0-9a-f]{32}", settled)
    file.write_text(HEADER + "A,2020-01-02,2.5,true\n")
    os.utime(file, (time.time() - 50, time.time() - 50))
    assert version(con, folder) != settled
