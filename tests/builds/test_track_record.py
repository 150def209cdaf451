"""What was published long ago is scored by the rule of the labels."""

import shutil

import duckdb
import pytest
from conftest import TINY, Project

from ml.warehouse.publishing import publications_folder
from ml.warehouse.record import RECORD_FILE


@pytest.fixture(scope="module")
def old_record(tiny, tmp_path_factory) -> Project:
    """The tiny market, whose record begins with a forecast of each row of the panel."""
    project = Project(tmp_path_factory.mktemp("record"))
    shutil.copy(tiny.warehouse, project.folder)
    folder = publications_folder(project.warehouse)
    shutil.copytree(publications_folder(tiny.warehouse), folder)
    file = folder / RECORD_FILE
    with duckdb.connect(str(project.warehouse), read_only=True) as con:
        con.execute(
            f"""
            copy (
                select recorded.* replace (
                    panel.ticker as ticker,
                    panel.date as date,
                    panel.date as market_end,
                    panel.date::timestamptz as published_at,
                    'old' as run_id
                )
                from (
                    from '{file}'
                    qualify row_number() over (partition by pred_col order by ticker) = 1
                ) as recorded
                cross join excess_returns as panel
                union all
                from '{file}'
            ) to '{folder / "longer.parquet"}'
            """
        )
    (folder / "longer.parquet").rename(file)
    result = project.dbt(
        "build", "--select", "published_forecasts+", "--exclude", "published", **TINY
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert "PASS assert_track_record_agrees_with_labels" in result.stdout
    return project


def test_closed_windows_are_scored_by_the_rule_of_the_labels(old_record):
    for months in (12, 24, 36):
        scored = old_record.query(
            "select count(*), count(*) filter (where status = 'delisted'), "
            f"max(abs(actual - excess_return_ln_{months}m)) "
            "from track_record inner join excess_returns using (ticker, date) "
            f"where horizon_months = {months} and status in ('closed', 'delisted')"
        )
        labels = old_record.query(
            f"select count(*), count_if(delisted_in_window_{months}m), 0.0 from excess_returns "
            f"where excess_return_ln_{months}m is not null"
        )
        assert scored == labels
        assert labels[0][1] > 0
