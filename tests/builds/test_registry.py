import shutil

import duckdb
import pytest
from conftest import TINY

TABLES = [
    *("trained_12m", "trained_24m", "trained_36m", "model_stats", "column_stats"),
    *("test_predictions", "ticker_shap", "feature_importance", "latest_forecasts"),
    "score_contributions",
]


@pytest.fixture
def copied(tiny, tmp_path):
    """A copy of the tiny market's warehouse, for one test to change."""
    shutil.copy(tiny.warehouse, tmp_path)
    return type(tiny)(tmp_path)


def change(project, *statements: str) -> None:
    with duckdb.connect(str(project.warehouse)) as con:
        for statement in statements:
            con.execute(statement)


def said(result) -> str:
    assert "Traceback" not in result.stdout
    return " ".join(result.stdout.split())


def test_explaining_with_a_stored_model_gives_its_rows_again(copied):
    rows = "select * from ticker_shap order by all"
    before = copied.query(rows)
    [(model_id,)] = copied.query("select model_id from trained_24m")
    change(copied, f"delete from ticker_shap where model_id = '{model_id}'")
    assert len(copied.query(rows)) < len(before)
    copied.run("--select", "ticker_shap", model_id=model_id, **TINY)
    assert copied.query(rows) == before
    copied.run("--select", "ticker_shap", model_id=model_id, **TINY)
    assert copied.query(rows) == before


def test_rows_that_changed_are_written_again_and_no_others(copied):
    rows = "select * from ticker_shap order by all"
    before = copied.query(rows)
    [(model_id,)] = copied.query("select model_id from trained_24m")
    [(ticker,)] = copied.query("select min(ticker) from ticker_shap")
    change(
        copied,
        f"update ticker_shap set actual = 1 where ticker = '{ticker}'",
        "update ticker_shap set seed = 99",
    )
    copied.run("--select", "ticker_shap", model_id=model_id, **TINY)
    written = copied.query(
        "select distinct pred_col, ticker, actual is null from ticker_shap where seed <> 99"
    )
    assert written == [("excess_return_ln_24m", ticker, True)]
    assert len(copied.query(rows)) == len(before)


def test_a_table_that_knows_no_risk_gets_it_where_a_model_explains_again(copied):
    rows = "select * from ticker_shap order by all"
    before = copied.query(rows)
    [(model_id,)] = copied.query("select model_id from trained_24m")
    change(
        copied,
        "drop index ticker_shap_index",
        "alter table ticker_shap drop column risk_shap_value",
        "alter table ticker_shap drop column risk_bias",
    )
    copied.build(
        *("--select", "ticker_shap", "score_contributions", "feature_importance"),
        *("--exclude-resource-type", "unit_test"),
        model_id=model_id,
        **TINY,
    )
    of_model = f"from ticker_shap where model_id = '{model_id}' order by all"
    assert copied.query(f"select * {of_model}") == [row for row in before if row[0] == model_id]
    for table, column in (
        ("ticker_shap", "risk_shap_value"),
        ("ticker_shap", "risk_bias"),
        ("score_contributions", "risk_contribution"),
        ("feature_importance", "mean_abs_risk_shap"),
    ):
        assert copied.query(
            f"select model_id, count({column}) > 0, count({column}) in (0, count(*)) "
            f"from {table} group by model_id having model_id = '{model_id}' or count({column}) > 0"
        ) == [(model_id, True, True)]


def test_an_unknown_model_names_the_nearest(copied):
    [(model_id,)] = copied.query("select model_id from trained_24m")
    result = copied.dbt("run", "--select", "ticker_shap", model_id=model_id + "0", **TINY)
    assert result.returncode != 0
    assert f"has the id '{model_id}0': did you mean '{model_id}'?" in said(result)


def test_a_model_s_id_and_training_exclude_each_other(copied):
    [(model_id,)] = copied.query("select model_id from trained_24m")
    result = copied.dbt("build", model_id=model_id, **TINY)
    assert result.returncode != 0
    assert "this build would train new ones too: add --select ticker_shap" in said(result)


def test_a_model_whose_features_are_gone_is_named_before_anything_changes(copied):
    [(model_id, feature)] = copied.query("select model_id, features[1] from trained_24m")
    rows = copied.query("select count(*) from ticker_shap")
    change(copied, f'alter table features drop column "{feature}"')
    result = copied.dbt("run", "--select", "ticker_shap", model_id=model_id, **TINY)
    assert result.returncode != 0
    sentence = f"model {model_id} was trained on columns that table features no longer has "
    assert sentence + f"({feature}): train a new one with dbt build" in said(result)
    assert copied.query("select count(*) from ticker_shap") == rows


@pytest.fixture
def aged(copied):
    """Beside the newest models: three older ones and two studies of each, in every table."""
    for table in TABLES:
        [(columns,)] = copied.query(
            f"select list(column_name) from duckdb_columns() where table_name = '{table}'"
        )
        for age, kind in ((100, ""), (200, ""), (300, ""), (100, "_without"), (400, "_without")):
            replaced = [f"model_id || '-{age}{kind}' as model_id"]
            if "trained_at" in columns:
                replaced.append(f"trained_at - interval {age} days as trained_at")
            if "training_date" in columns:
                replaced.append(f"training_date - {age} as training_date")
            if "holdout_tickers" in columns and kind:
                replaced.append("['AAA'] as holdout_tickers")
            newest = "select * from {} where not contains(model_id, '00')"
            change(
                copied,
                f"insert into {table} select * replace ({', '.join(replaced)}) "
                f"from ({newest.format(table)})",
            )
    return copied


def prune(project, **arguments):
    return project.dbt("run-operation", "prune_models", "--args", str(arguments), **TINY)


def kept(project, table) -> set[str]:
    """What follows horizon and day in the ids of a table's models."""
    ids = project.query(f"select distinct model_id[{len('12m_2026-11-24') + 1}:] from {table}")
    return {suffix for (suffix,) in ids}


EVERY_AGE = {"", "-100", "-200", "-300", "-100_without", "-400_without"}


def test_pruning_lists_first_and_then_deletes_in_every_table(aged):
    result = prune(aged, keep=2)
    assert result.returncode == 0
    assert "Nothing was deleted: add dry_run: false to delete." in result.stdout
    assert all(kept(aged, table) == EVERY_AGE for table in TABLES)
    result = prune(aged, keep=2, dry_run=False)
    assert result.returncode == 0, result.stdout
    assert "Deleted models: 12m_" in result.stdout
    for table in TABLES:
        assert kept(aged, table) == {"", "-100", "-100_without", "-400_without"}, table


def test_pruning_by_date_keeps_the_newest_of_each_horizon(aged):
    prune(aged, before="2100-01-01", dry_run=False)
    for table in TABLES:
        assert kept(aged, table) == {""}, table


def test_pruning_keeps_what_a_kept_study_is_compared_with(aged):
    change(
        aged,
        "insert into holdout_forecasts (model_id, seen_model_id) select model_id, "
        "replace(model_id, '100_without', '300') from trained_12m where model_id like '%-100_w%'",
    )
    prune(aged, keep=1, dry_run=False)
    assert kept(aged, "trained_12m") == {"", "-300", "-100_without"}
    prune(aged, keep=0, dry_run=False)
    assert kept(aged, "trained_12m") == {""}
    assert kept(aged, "holdout_forecasts") == set()


def test_pruning_takes_old_backtests_too(copied):
    change(
        copied,
        *(
            f"insert into {table} (backtest_id, pred_col{column}) values "
            f"('12m_2026-01-0{day}{kind}', 'excess_return_ln_12m'{value.format(day)})"
            for day in (1, 2, 3)
            for kind in ("", "_without-1f2e3d4c")
            for table, column, value in (
                ("backtest_forecasts", ", trained_at", ", timestamptz '2026-01-0{}'"),
                ("backtest_stats", "", ""),
            )
        ),
    )
    result = prune(copied, keep=1, dry_run=False)
    assert "Deleted models and backtests: 12m_2026-01-01, 12m_2026-01-01_without" in result.stdout
    for table in ("backtest_forecasts", "backtest_stats"):
        assert copied.query(f"select distinct backtest_id from {table} order by 1") == [
            ("12m_2026-01-03",),
            ("12m_2026-01-03_without-1f2e3d4c",),
        ]
    assert len(copied.query("from trained_12m")) == 1


def test_a_full_refresh_keeps_the_registry(aged):
    aged.run("--full-refresh", "--select", "trained_12m", **TINY)
    assert kept(aged, "trained_12m") == EVERY_AGE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "needs to know what to keep"),
        ({"keep": -1}, "keep is '-1': give a whole number"),
        ({"before": "soon"}, "before is 'soon': give a date"),
    ],
)
def test_pruning_refuses_what_it_does_not_understand(tiny, arguments, words):
    result = prune(tiny, **arguments)
    assert result.returncode != 0
    assert words in said(result)
