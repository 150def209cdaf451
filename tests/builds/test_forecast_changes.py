"""What changed of a forecast since the model trained before is split into what drives it."""

import shutil

import duckdb
import pytest
from conftest import TINY, Project

# What a model trained 91 days before, which forecast twice as much, would have left.
DOUBLED = {
    "ticker_shap": ["shap_value", "bias", "predicted_mean"],
    "score_contributions": ["contribution"],
    "model_stats": [],
}


@pytest.fixture(scope="module")
def retrained(tiny, tmp_path_factory) -> Project:
    """The tiny market's warehouse, as if its models were not the first ones."""
    project = Project(tmp_path_factory.mktemp("retrained"))
    shutil.copy(tiny.warehouse, project.folder)
    with duckdb.connect(str(project.warehouse)) as con:
        for table, doubled in DOUBLED.items():
            columns = con.execute(f"select * from {table} limit 0").pl().columns
            for days, kind in ((91, ""), (45, "_study")):
                replaced = [f"'{kind}' || model_id || ' before' as model_id"]
                replaced += [f"2 * {column} as {column}" for column in doubled]
                if "trained_at" in columns:
                    replaced.append(f"trained_at - interval {days} days as trained_at")
                if "training_date" in columns:
                    replaced.append(f"training_date - {days} as training_date")
                if "holdout_tickers" in columns and kind:
                    replaced.append("['AAA'] as holdout_tickers")
                con.execute(
                    f"insert into {table} by name select * replace ({', '.join(replaced)}) "
                    f"from {table} where not contains(model_id, ' before')"
                )
    result = project.dbt("build", "--select", "forecast_changes", keep_builds=False, **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    assert "PASS assert_forecast_changes_add_up" in result.stdout
    return project


def test_the_first_model_has_nothing_before_it(tiny):
    assert tiny.query("from forecast_changes") == []


def test_every_listed_forecast_is_compared_with_that_of_the_model_before(retrained):
    assert retrained.query(
        "select count(distinct (ticker, pred_col)) from forecast_changes"
    ) == retrained.query("select count(*) from latest_forecasts")
    assert retrained.query(
        "select distinct earlier_model_id = model_id || ' before', date = earlier_date, "
        "training_date - earlier_training_date from forecast_changes"
    ) == [(True, True, 91)]


def test_the_drivers_of_a_change_add_up_to_it(retrained):
    [[error, unnamed]] = retrained.query(
        """
        with summed as (
            select
                ticker, pred_col, sum(difference) as difference, any_value(predicted_mean) as mean
            from forecast_changes
            group by all
        )
        select
            max(abs(difference + mean)),
            (
                select count(*) from forecast_changes
                where driver like '%_rank' or driver in (
                    select score from score_contributions
                )
            )
        from summed
        """
    )
    assert error < 1e-6
    assert unnamed == 0
