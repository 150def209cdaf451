import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError

from plugins.warehouse import Plugin


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


def test_a_warehouse_that_cannot_be_opened_is_named(tmp_path):
    file = tmp_path / "notes.duckdb"
    file.write_text("Not a database.")
    with (
        duckdb.connect() as con,
        pytest.raises(DbtRuntimeError, match=r"notes.duckdb cannot be opened .*not a valid DuckDB"),
    ):
        plugin_of(file).configure_connection(con)
