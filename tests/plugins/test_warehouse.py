import os

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError

from plugins.warehouse import Plugin


@pytest.fixture(autouse=True)
def umask():
    """What this process may write is as before in the end."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def plugin_of(warehouse) -> Plugin:
    attached = [
        Attachment("elsewhere.duckdb", alias="other"),
        Attachment(str(warehouse), alias="w"),
    ]
    return Plugin("warehouse", {}, DuckDBCredentials(database="w", schema="main", attach=attached))


def test_what_does_not_fit_in_memory_lies_beside_the_warehouse(tmp_path):
    plugin = plugin_of(tmp_path / "mine.duckdb")
    config = {}
    plugin.update_connection_config(plugin.creds, config)
    assert config == {"temp_directory": str(tmp_path / "mine.duckdb.tmp")}


@pytest.mark.parametrize(("named", "mode"), [(None, 0o600), ("022", 0o644), ("0027", 0o640)])
def test_files_are_their_owners_alone_unless_told_otherwise(tmp_path, monkeypatch, named, mode):
    monkeypatch.delenv("WAREHOUSE_UMASK", raising=False)
    if named:
        monkeypatch.setenv("WAREHOUSE_UMASK", named)
    plugin = plugin_of(tmp_path / "mine.duckdb")
    plugin.update_connection_config(plugin.creds, {})
    with duckdb.connect() as con:
        plugin.configure_connection(con)
        con.execute("create table w.main.t as select 1")
    assert (tmp_path / "mine.duckdb").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("named", ["", "rw-------", "9", "0o77"])
def test_a_umask_that_is_none_is_refused(tmp_path, monkeypatch, named):
    monkeypatch.setenv("WAREHOUSE_UMASK", named)
    plugin = plugin_of(tmp_path / "mine.duckdb")
    with pytest.raises(DbtRuntimeError, match=r"WAREHOUSE_UMASK is .*three digits"):
        plugin.update_connection_config(plugin.creds, {})


def test_a_warehouse_that_cannot_be_opened_is_named(tmp_path):
    file = tmp_path / "notes.duckdb"
    file.write_text("Not a database.")
    with (
        duckdb.connect() as con,
        pytest.raises(DbtRuntimeError, match=r"notes.duckdb cannot be opened .*not a valid DuckDB"),
    ):
        plugin_of(file).configure_connection(con)
