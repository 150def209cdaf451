"""Do scaled items and ranks help to forecast, and what do they cost?

Trains the models of a build on the features in the model, and on these, scaled items and ranks,
and prints their test statistics, averaged over seeds.

    python -m benchmarks.feature_sets warehouse/simulated.duckdb

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
"""

import argparse
from pathlib import Path

import polars as pl

from benchmarks.panel import HORIZONS, read_panel
from ml.warehouse.settings import Settings
from ml.warehouse.training import train

STATISTICS = ("test_r2", "test_rank_ic", "test_coverage_68", "test_coverage_95")


def feature_sets(catalogue: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The catalogue as it is, and with scaled items and ranks in the model."""
    scaled = pl.col("family") == "scaled item"
    rank = pl.col("feature").str.ends_with("_rank")
    return {
        "present": catalogue,
        "with scaled items and ranks": catalogue.with_columns(
            in_model=pl.col("in_model") | scaled | rank
        ),
    }


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=200, help="upper bound on trees")
    parser.add_argument("--seeds", type=int, default=5, help="fits of each model")
    arguments = parser.parse_args()

    panel, excess_returns, catalogue = read_panel(arguments.warehouse)

    models = []
    for horizon in HORIZONS:
        for seed in range(arguments.seeds):
            settings = Settings(
                steps=arguments.steps, seed=seed, cutoff_date=None, holdout_tickers=(), threads=1
            )
            # Both sets in turn, so that a busy machine slows down both.
            for name, chosen in feature_sets(catalogue).items():
                model = train(
                    panel=panel,
                    excess_returns=excess_returns,
                    catalogue=chosen,
                    training_seeds=pl.DataFrame({"seed": [seed]}),
                    market_end=panel["date"].max(),
                    settings=settings,
                    horizon_months=horizon,
                )
                models.append(model.with_columns(feature_set=pl.lit(name)))

    table = (
        pl.concat(models)
        .group_by("horizon_months", "feature_set", maintain_order=True)
        .agg(
            pl.col("num_cols").first(),
            pl.col("trees", "training_seconds", *STATISTICS).mean(),
            pl.col("test_r2", "test_rank_ic").std().fill_null(float("nan")).name.suffix("_sd"),
        )
    )
    print(
        "| horizon | features | columns | trees | seconds | R² | rank IC | covered of 68 % "
        "| of 95 % |\n|---|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    for row in table.iter_rows(named=True):
        print(
            f"| {row['horizon_months']}m | {row['feature_set']} | {row['num_cols']} "
            f"| {row['trees']:.0f} | {row['training_seconds']:.2f} "
            f"| {row['test_r2']:+.3f} ± {row['test_r2_sd']:.3f} "
            f"| {row['test_rank_ic']:+.3f} ± {row['test_rank_ic_sd']:.3f} "
            f"| {row['test_coverage_68']:.0%} | {row['test_coverage_95']:.0%} |"
        )


if __name__ == "__main__":
    main()
