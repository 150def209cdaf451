"""A build over the warehouse of an earlier project: what it recorded stays, and can be used."""

import hashlib
import json
import shutil

import duckdb
import pytest
from conftest import TINY

HORIZONS = ("12m", "24m", "36m")
RECORDED = ("model_stats", "test_predictions", "column_stats", "ticker_shap", "backtest_forecasts")
LATER_STATISTICS = {
    *("test_r2_zero", "test_rank_ic_p", "test_decile_spread_t", "test_decile_spread_p"),
    *("naive_test_r2_zero", "ridge_test_r2_zero", "ridge_test_rank_ic_p"),
    *("ridge_test_decile_spread_t", "ridge_test_decile_spread_p"),
}
NO_RISK = {"ticker_shap": {"risk_shap_value", "risk_bias"}}
NO_PRIOR = {
    **NO_RISK,
    "trained": {"score_ic", "level", "error_quantiles"},
    "model_stats": {"score_ic", "level", "error_quantiles", *LATER_STATISTICS},
    "backtest_forecasts": {"chance_of_beating_spy"},
}
# Columns that an earlier project had not yet, by table.
LACKED = {
    "0.1.0": {
        **NO_PRIOR,
        "trained": {*NO_PRIOR["trained"], "model_sha256"},
        "published": {"sha256"},
    },
    "with digests": NO_PRIOR,
    "with statistics beside the models": {},
}
NEVER_HAD = {"naive_error_quantiles", "ridge_error_quantiles"}


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [name for name, *_ in con.execute(f"describe {table}").fetchall()]


def digest_as_then(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Digests of models without error quantiles, as they were written then."""
    for row in con.execute(f"from {table}").pl().rows(named=True):
        told = [row[n] for n in ("pred_col", "features", "categorical_features", "z_68", "z_95")]
        digest = hashlib.sha256(json.dumps(told).encode() + b"\0" + row["model"]).hexdigest()
        con.execute(f"update {table} set model_sha256 = '{digest}'")


def make_earlier(warehouse, lacked: dict[str, set[str]]) -> None:
    """Give a warehouse an earlier shape, and its models an earlier day."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute("drop view trained_models")
        statistics = [
            column
            for column in columns(con, "model_stats")
            if "test_" in column and column not in columns(con, "trained_12m")
        ]
        for table in (*(f"trained_{months}" for months in HORIZONS), *RECORDED, "published"):
            kind = "trained" if table.startswith("trained") else table
            gone = {*lacked.get(kind, set()), *(NEVER_HAD if kind == "trained" else ())}
            kept = [name for name in columns(con, table) if name not in gone]
            source = table
            if kind == "trained":
                had = [name for name in statistics if name not in lacked.get("model_stats", ())]
                # In other places than today's.
                kept = [*had, *kept]
                source = f"{table} join model_stats using (model_id)"
            selected = ", ".join(
                f"{table if n not in statistics else 'model_stats'}.{n}" for n in kept
            )
            if kind == "model_stats":
                selected = ", ".join(kept)
            con.execute(f"create table earlier as select {selected} from {source}")
            if "model_id" in kept:
                con.execute("update earlier set model_id = replace(model_id, '_20', '_19')")
            if "trained_at" in kept:
                con.execute("update earlier set trained_at = trained_at - interval 36524 days")
            if kind == "trained":
                con.execute(f"create table {table}_earlier as from earlier")
            else:
                con.execute(f"create or replace table {table} as from earlier")
            con.execute("drop table earlier")
        for months in HORIZONS:
            con.execute(
                f"create or replace table trained_{months} as from trained_{months}_earlier"
            )
            con.execute(f"drop table trained_{months}_earlier")
            names = columns(con, f"trained_{months}")
            if "model_sha256" in names and "error_quantiles" not in names:
                digest_as_then(con, f"trained_{months}")


@pytest.mark.slow
@pytest.mark.parametrize("release", LACKED)
def test_what_an_earlier_project_recorded_stays_and_can_be_used(tiny, tmp_path, release):
    shutil.copy(tiny.warehouse, tmp_path)
    project = type(tiny)(tmp_path)
    make_earlier(project.warehouse, LACKED[release])
    earlier = project.query("select * from trained_24m")
    rmse = project.query("select model_id, test_rmse from model_stats order by all")
    project.build(
        *("--select", "trained_24m+"),
        *("--exclude", "test_type:unit", "published", "published_panel"),
        **{**TINY, "seed": 2, "horizons": [24]},
    )
    names = ", ".join(f'"{name}"' for name in _names(project, "trained_24m")[: len(earlier[0])])
    assert (
        project.query(f"select {names} from trained_24m where model_id like '24m_19%'") == earlier
    )
    assert (
        project.query(
            "select model_id, test_rmse from model_stats where model_id like '%m_19%' order by all"
        )
        == rmse
    )
    assert project.query(
        "select count(*), count(test_r2_zero) from model_stats where model_id like '%m_20%'"
    ) == [(1, 1)]
    [(model_id,)] = project.query("select model_id from trained_24m where model_id like '24m_19%'")
    project.run("--select", "ticker_shap", model_id=model_id)
    assert project.query(
        "select model_id, count(distinct ticker) > 30, count(risk_shap_value) = count(*) "
        f"from ticker_shap where model_id = '{model_id}' group by model_id"
    ) == [(model_id, True, True)]


def _names(project, table: str) -> list[str]:
    with duckdb.connect(str(project.warehouse), read_only=True) as con:
        return columns(con, table)


def test_a_new_metric_is_computed_for_the_models_that_are_there(tiny, tmp_path):
    shutil.copy(tiny.warehouse, tmp_path)
    project = type(tiny)(tmp_path)
    rows = "select model_id, test_mape, test_rmse from model_stats order by all"
    before = project.query(rows)
    with duckdb.connect(str(project.warehouse)) as con:
        con.execute("drop index model_stats_index; alter table model_stats drop column test_mape")
    project.run("--select", "model_stats", **TINY)
    assert project.query(rows) == before
