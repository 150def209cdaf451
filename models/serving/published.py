from pathlib import Path

import polars as pl
from dbt_common.invocation import get_invocation_id

from ml.warehouse.clock import newest, now_after
from ml.warehouse.publishing import panel_of, publications_of, publish
from ml.warehouse.record import refuse_loss, write_record
from ml.warehouse.sending import send


def model(dbt, session):
    config = dbt.config.get("meta")
    trained = dbt.ref("trained_models")
    panel = {
        "features": dbt.ref("features"),
        "excess_returns": dbt.ref("excess_returns"),
        "weekly_prices": dbt.ref("weekly_prices"),
        "feature_catalogue": dbt.ref("feature_catalogue"),
        "rejected_rows": dbt.ref("rejected_rows"),
    }
    tables = {
        **{
            f"trained_{months}m": trained.filter(f"horizon_months = {months}")
            for months in config["horizons"]
        },
        "market_loads": dbt.ref("market_loads"),
        "ticker_shap": dbt.ref("ticker_shap"),
        "score_contributions": dbt.ref("score_contributions"),
        "forecast_changes": dbt.ref("forecast_changes"),
        "feature_importance": dbt.ref("feature_importance"),
        "latest_forecasts": dbt.ref("latest_forecasts"),
        "published_forecasts": dbt.ref("published_forecasts"),
        "track_record": dbt.ref("track_record"),
        "track_record_stats": dbt.ref("track_record_stats"),
        "track_record_portfolios": dbt.ref("track_record_portfolios"),
        "model_stats": dbt.ref("model_stats"),
        "column_stats": dbt.ref("column_stats"),
        "test_predictions": dbt.ref("test_predictions"),
        "holdout_forecasts": dbt.ref("holdout_forecasts"),
        "unseen_forecasts": dbt.ref("unseen_forecasts"),
        "unseen_stats": dbt.ref("unseen_stats"),
        "backtest_forecasts": dbt.ref("backtest_forecasts"),
        "backtest_rank_ic": dbt.ref("backtest_rank_ic"),
        "backtest_portfolios": dbt.ref("backtest_portfolios"),
        "backtest_portfolio_stats": dbt.ref("backtest_portfolio_stats"),
        "backtest_coverage": dbt.ref("backtest_coverage"),
        "backtest_years": dbt.ref("backtest_years"),
        "backtest_deciles": dbt.ref("backtest_deciles"),
        "backtest_reliability": dbt.ref("backtest_reliability"),
        "backtest_feature_correlations": dbt.ref("backtest_feature_correlations"),
        "backtest_exposures": dbt.ref("backtest_exposures"),
        "backtest_rank_ic_by_group": dbt.ref("backtest_rank_ic_by_group"),
        "backtest_stats": dbt.ref("backtest_stats"),
        # Read by a test that a publication waits for only if it stands before it.
        "metric_bounds": dbt.ref("metric_bounds"),
        "run_history": dbt.ref("run_history"),
    }
    run_id = get_invocation_id()
    begun = dbt.ref("published_panel").filter(f"run_id = '{run_id}'").fetchone()
    con = session.cursor()
    con.execute(f"use {dbt.this.database}")
    earlier = session.sql(f"from {dbt.this}") if dbt.is_incremental else None
    published_at = now_after(newest(earlier, "published_at"))
    folder = publications_of(con)
    refuse_loss(con, tables["published_forecasts"], folder)
    with panel_of(con, panel, folder, bool(config["cutoff_date"])) as shown:
        publication = publish(
            con,
            {**shown, **tables},
            sorted_by={"ticker_shap": ["ticker", "pred_col", "training_date"]},
            folder=folder,
            published_at=published_at,
            kept=int(config["publications_kept"]),
            begun=Path(begun[1]) if begun else None,
        )
    write_record(con, tables["published_forecasts"], folder)
    if config["publish_to"]:
        send(publication, config["publish_to"], int(config["publications_kept"]))
    row = {
        "run_id": run_id,
        "published_at": published_at,
        "file": str(publication.file),
        "size": publication.size,
        "tables": [{"name": name, "rows": rows} for name, rows in publication.rows.items()],
        "sha256": publication.sha256,
    }
    schema = {
        "run_id": pl.String,
        "published_at": pl.Datetime("us", "UTC"),
        "file": pl.String,
        "size": pl.Int64,
        "tables": pl.List(pl.Struct({"name": pl.String, "rows": pl.Int64})),
        "sha256": pl.String,
    }
    return pl.DataFrame([row], schema=schema)
