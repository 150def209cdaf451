"""What a build says and does where its own state was damaged. Whole builds: test_kept_builds.py."""

import shutil

import duckdb
import pytest
from conftest import TINY, Project


@pytest.fixture
def copied(tiny, tmp_path) -> Project:
    """A copy of the tiny market's warehouse, for one test to damage."""
    shutil.copy(tiny.warehouse, tmp_path)
    return Project(tmp_path)


def refusal(project, *arguments, **settings) -> str:
    result = project.dbt("run", *arguments, **settings)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout
    return " ".join(result.stdout.split())


def test_a_damaged_model_is_named_and_tables_that_lack_a_column_are_made_anew(copied):
    with duckdb.connect(str(copied.warehouse)) as con:
        [(model_id, model)] = con.sql("select model_id, model from trained_24m").fetchall()
        altered = bytearray(model)
        for at in range(len(model) * 3 // 4, len(model) * 3 // 4 + 200):
            altered[at] ^= 0x15
        con.execute("update trained_24m set model = ?", [bytes(altered)])
        con.execute("alter table build_fingerprints drop column version")
        con.execute("drop view run_history")
        con.execute("alter table recorded_nodes drop column is_kept")
    said = refusal(copied, "--select", "ticker_shap", model_id=model_id, **TINY)
    assert f"the stored model {model_id} is damaged" in said
    assert "dbt build --vars '{retrain: true}' trains a new one" in said
    assert copied.query("select node, status, is_kept from recorded_nodes") == [
        ("model.stock_forecasts.ticker_shap", "error", False)
    ]


def test_a_damaged_block_of_the_warehouse_says_what_to_do(copied):
    [(block,)] = copied.query(
        "select max(block_id) from pragma_storage_info('features') where column_name = 'beta_12m'"
    )
    with copied.warehouse.open("r+b") as file:
        file.seek(12_288 + block * 262_144)
        file.write(bytes(4096))
    said = refusal(copied, "--select", "features", **TINY)
    assert f"the warehouse {copied.warehouse} is damaged, or no DuckDB file (" in said
    assert "move it away, and dbt build makes a new one; what was published is unharmed" in said


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        ("trained_12m", "drop column model_id", "it lacks model_id"),
        ("published", "drop column run_id", "it lacks run_id"),
        ("trained_12m", "alter z_68 type varchar", "z_68 is varchar, not double"),
    ],
)
def test_a_table_without_its_key_or_with_another_type_is_named(copied, table, change, fault):
    with duckdb.connect(str(copied.warehouse)) as con:
        con.execute(f"drop index if exists {table}_index; alter table {table} {change}")
    said = refusal(copied, "--select", table, **TINY)
    assert (
        f"table {table} in the warehouse {copied.warehouse} is damaged or of another version "
        f"({fault}): move the warehouse away, and dbt build makes a new one"
    ) in said
