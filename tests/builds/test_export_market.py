"""The built-in market, exported as parquet, is the same market."""

import pytest
from conftest import PANEL, TINY


@pytest.mark.slow
def test_an_exported_market_gives_the_same_panel(tiny, project, tmp_path):
    market = tmp_path / "market"
    market.mkdir()
    result = tiny.dbt("run-operation", "export_market", "--args", f"{{folder: '{market}'}}", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    assert len(list(market.iterdir())) == 7
    assert all(str(file) in result.stdout for file in market.iterdir())
    project.run("--select", *PANEL, market=str(market))
    for table in ("features", "excess_returns"):
        rows = f"from {table} order by ticker, date"
        assert project.query(rows) == tiny.query(rows)
    assert project.query("from rejected_rows where is_in_scope") == []


def test_a_folder_with_other_files_is_refused(tiny, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    result = tiny.dbt(
        "run-operation", "export_market", "--args", f"{{folder: '{tmp_path}'}}", **TINY
    )
    assert result.returncode != 0
    assert "holds notes.txt, which is no file of a market" in result.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
