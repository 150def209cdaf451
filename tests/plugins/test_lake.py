"""What is said where the warehouse is no file of this machine, and cannot be used."""

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt_common.exceptions import DbtRuntimeError

from ml.warehouse.stores import ENDPOINTS
from plugins import plain_errors, warehouse
from plugins.plain_errors import in_one_sentence
from plugins.warehouse import Plugin, extensions_of, local_file, newest_panel, settings_of_s3

ON_A_SERVER = "ducklake:postgres:dbname=lake host=db"


def plugin_of(path: str, **options: str) -> Plugin:
    attached = [Attachment(path, alias="warehouse", options=options)]
    return Plugin(
        "warehouse", {}, DuckDBCredentials(database="warehouse", schema="main", attach=attached)
    )


def lake(path: str, **options: str) -> Attachment:
    return Attachment(path, alias="warehouse", options=options)


def test_a_lake_needs_what_its_catalogue_and_its_files_are_on():
    assert extensions_of(lake("/a/mine.duckdb")) == []
    assert extensions_of(lake("ducklake:/a/mine.ducklake")) == ["ducklake"]
    assert extensions_of(lake(ON_A_SERVER)) == ["ducklake", "postgres_scanner"]
    assert extensions_of(lake("ducklake:/a/l", data_path="s3://b/c")) == ["ducklake", "httpfs"]
    assert extensions_of(lake("md:warehouse")) == ["motherduck"]


def test_publications_lie_beside_the_catalogue_or_where_a_variable_says(monkeypatch):
    monkeypatch.delenv("WAREHOUSE", raising=False)
    assert str(local_file(lake("ducklake:/a/mine.ducklake"))) == "/a/mine.ducklake"
    with pytest.raises(DbtRuntimeError, match="name a file in environment variable WAREHOUSE"):
        local_file(lake(ON_A_SERVER))
    monkeypatch.setenv("WAREHOUSE", "/b/mine.duckdb")
    assert str(local_file(lake(ON_A_SERVER))) == "/b/mine.duckdb"


@pytest.mark.parametrize("secret", [" password=planted", "?token=planted"])
def test_an_address_with_a_secret_is_refused_and_not_repeated(secret):
    with pytest.raises(DbtRuntimeError, match="has a password or token in it") as said:
        plugin_of(ON_A_SERVER + secret).update_connection_config(
            plugin_of(ON_A_SERVER + secret).creds, {}
        )
    assert "planted" not in str(said.value)


def test_a_missing_extension_is_named(monkeypatch):
    monkeypatch.setattr(warehouse, "files", lambda name: "/no/such/place")
    with duckdb.connect() as con, pytest.raises(DbtRuntimeError) as said:
        plugin_of("ducklake:/a/mine.ducklake").configure_connection(con)
    assert "this target needs DuckDB's extension ducklake for DuckDB v1." in str(said.value)
    assert "install requirements-lake.txt too" in str(said.value)


def test_a_trainer_needs_a_lake_that_others_may_open_too():
    with (
        duckdb.connect() as con,
        pytest.raises(DbtRuntimeError, match="catalogue is in PostgreSQL"),
    ):
        newest_panel(con, lake("ducklake:/a/mine.ducklake"))


@pytest.mark.parametrize(("tagged", "newest"), [([(7,)], 7), ([(None,)], None)])
def test_a_trainer_reads_what_was_tagged_last(tagged, newest):
    answer = type("Answer", (), {"fetchall": lambda self: tagged})()
    con = type("Connection", (), {"execute": lambda self, sql, given: answer})()
    if newest:
        assert newest_panel(con, lake(ON_A_SERVER)) == newest
    else:
        with pytest.raises(DbtRuntimeError, match="dbt build --target lake makes it first"):
            newest_panel(con, lake(ON_A_SERVER))


def test_the_server_of_s3_is_that_of_the_environment(monkeypatch):
    for name in ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    assert settings_of_s3() == ""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:8333")
    # For cursors too, by which dbt writes.
    assert "set global s3_endpoint = '127.0.0.1:8333'" in settings_of_s3()
    assert "s3_use_ssl = False" in settings_of_s3()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://files.example.com")
    with pytest.raises(DbtRuntimeError, match="must begin with https://"):
        settings_of_s3()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            'Cannot execute statement of type "CREATE" on database "panel" which is attached in '
            "read-only mode!",
            "target trainer only adds rows that were trained: name what to train",
        ),
        ("Could not connect to server error for HTTP PUT to 'http://h/planted'", "s3 runs"),
        ("HTTP GET error reading 'http://h/planted' in region 'r' (HTTP 403 Forbidden)", "s3 runs"),
        ("HTTP Error: Unable to connect to URL s3://planted/f: Bad Request (HTTP code 400)", "s3"),
        ("Failed to commit: Failed to commit DuckLake transaction.\nTransaction conflict - planted",
         "another program changed the same table of the lake meanwhile"),
    ],
)  # fmt: skip
def test_what_a_lake_refuses_is_said_in_one_sentence(said, sentence):
    found = in_one_sentence(duckdb.Error(said), ON_A_SERVER)
    assert sentence in found
    assert "planted" not in found


def test_motherduck_out_of_reach_is_said(monkeypatch, tmp_path):
    def no_answer(self, path):
        raise duckdb.InvalidInputException('Failed to download "http://api.motherduck.com"')

    monkeypatch.setattr(warehouse, "files", lambda name: tmp_path)
    monkeypatch.setenv("WAREHOUSE", "/b/mine.duckdb")
    connection = type("Connection", (), {"load_extension": no_answer})()
    with pytest.raises(DbtRuntimeError, match="MotherDuck does not answer, or not to this token"):
        plugin_of("md:warehouse").configure_connection(connection)


def test_motherduck_needs_a_token(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", "/b/mine.duckdb")
    monkeypatch.delenv("motherduck_token", raising=False)
    monkeypatch.delenv("MOTHERDUCK_TOKEN", raising=False)
    plugin = plugin_of("md:warehouse")
    with pytest.raises(DbtRuntimeError, match="set environment variable motherduck_token"):
        plugin.update_connection_config(plugin.creds, {})


@pytest.mark.parametrize(
    "said",
    [
        'Failed to query most recent snapshot for DuckLake: Unable to connect to Postgres at "h"',
        "Failed to prepare: FATAL:  terminating connection due to administrator command",
        'Failed to attach DuckLake MetaData "__ducklake_metadata_w" at path + "postgres:host=db"',
    ],
)
def test_a_catalogue_that_is_gone_is_said_in_one_sentence_without_its_address(said):
    sentence = in_one_sentence(duckdb.IOException(f"IO Error: {said}\nIs it running?"), ON_A_SERVER)
    assert sentence.startswith("the lake's catalogue does not answer: see that its server runs")
    assert "host=" not in sentence
    assert len(sentence.splitlines()) == 1


def test_so_it_is_where_a_cursor_is_prepared_before_any_query(monkeypatch):
    for place, name in ((DuckDBCursorWrapper, "execute"), (Environment, "run_python_job")):
        monkeypatch.setattr(place, name, place.__dict__[name])
    monkeypatch.setattr(Environment, "initialize_cursor", Environment.__dict__["initialize_cursor"])

    def no_answer(self, sql):
        raise duckdb.IOException('Failed to query most recent snapshot for DuckLake: "host=db"')

    creds = plugin_of(ON_A_SERVER).creds
    creds.settings = {"search_path": "w.main"}
    plain_errors.Plugin("plain_errors", {}, creds).initialize({})
    with pytest.raises(DbtRuntimeError, match="the lake's catalogue does not answer"):
        Environment.initialize_cursor(creds, type("Cursor", (), {"execute": no_answer})())
