"""Does a column help to forecast, or does it only let a model learn tickers by heart?

Tickers are dealt into groups. A model is fitted without one group and scored on every group, so
that each group's rows are forecast by models that trained on its tickers ("seen") and by one that
did not ("left out"): the same rows, the same dates. What a column gains on seen tickers but not on
left-out ones is memory. Blocks in time are those of `ml.learning.splits`.

    python -m benchmarks.categories_by_ticker warehouse/simulated.duckdb

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
"""

import argparse
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.panel import HORIZONS, read_panel
from ml.learning import boosting, statistics
from ml.learning.boosting import to_pool
from ml.learning.matrix import FeatureSet
from ml.learning.splits import LatestBlock, WalkForward

GROUPS = 4
SAMPLES_PER_YEAR = 4
SHARE_UNITS = ("shares", "USD per share")
RAW_UNITS = ("USD", *SHARE_UNITS)
PRESENT = "exchange, sector"

# What is held against the present set of features, group by group.
DIFFERENCES = {
    "more_memory_train": "memory_train",
    "more_memory_test": "memory_test",
    "gain_r2": "r2_test_left_out",
    "gain_ic": "ic_test_left_out",
}
SCORES = {
    "horizon": pl.Int32,
    "variant": pl.String,
    "columns": pl.Int32,
    "trees": pl.Int32,
    "importance": pl.Float64,
    "period": pl.String,
    "left_out": pl.Boolean,
    "group": pl.Int32,
    "r2": pl.Float64,
    "ic": pl.Float64,
}


@dataclass(frozen=True)
class Variant:
    """A set of features, and those of them whose importance is in question."""

    name: str
    features: FeatureSet
    studied: frozenset[str] = frozenset()


def variants(catalogue: pl.DataFrame) -> list[Variant]:
    """The sets of features to compare, from none of the columns in question to the ticker itself.

    They do not depend on `in_model`, so that the evidence outlives the decision. The ticker as a
    category is a control: a test that cannot see that one memorise sees nothing.
    """
    raw = pl.col("unit").is_in(RAW_UNITS)
    numbers = (pl.col("kind") == "numeric") & ~raw
    scaled = pl.col("family") == "scaled item"
    rank = pl.col("feature").str.ends_with("_rank")

    def choose(condition: pl.Expr) -> FeatureSet:
        return FeatureSet.from_catalogue(catalogue.with_columns(in_model=condition))

    def labels(*names: str) -> pl.Expr:
        return pl.col("feature").is_in(["exchange", "sector", *names])

    def with_labels(name: str, *added: str) -> Variant:
        return Variant(name, choose(numbers | labels(*added)), frozenset(added))

    present = choose(numbers | labels())
    in_dollars = pl.col("unit") == "USD"
    per_share = pl.col("unit").is_in(SHARE_UNITS)
    market_value = pl.col("feature").is_in(["market_cap", "enterprise_val"])

    def with_numbers(name: str, added: pl.Expr, removed: pl.Expr | None = None) -> Variant:
        kept = numbers if removed is None else numbers & ~removed
        chosen = choose(kept | labels() | added)
        return Variant(name, chosen, frozenset(catalogue.filter(added)["feature"]))

    return [
        Variant("no category", choose(numbers)),
        Variant(PRESENT, present, frozenset({"exchange", "sector"})),
        Variant("the same, other seeds", present, frozenset({"exchange", "sector"})),
        with_labels("+ industry", "industry"),
        with_labels("+ location", "location"),
        with_labels("+ SIC sector and industry", "sic_sector", "sic_industry"),
        with_labels("+ all of these", "industry", "location", "sic_sector", "sic_industry"),
        with_numbers("+ market value", market_value),
        with_numbers("+ dollar items", in_dollars),
        with_numbers("+ share counts, per-share items", per_share),
        with_numbers("+ raw items (both)", raw),
        with_numbers("raw items, not scaled", raw, removed=scaled),
        Variant("neither raw nor scaled", choose((numbers & ~scaled) | labels())),
        Variant("neither scaled nor ranks", choose((numbers & ~scaled & ~rank) | labels())),
        Variant(
            "+ ticker (control)",
            FeatureSet((*present.names, "ticker"), present.categorical | {"ticker"}),
            frozenset({"ticker"}),
        ),
    ]


def group_of(ticker: str) -> int:
    """Group of a ticker, by the MD5 of its name: the same on every machine and in every run."""
    return int(hashlib.md5(ticker.encode()).hexdigest()[:8], 16) % GROUPS


def scores(
    labelled: pl.DataFrame,
    horizon: int,
    variant: Variant,
    *,
    seed: int,
    steps: int,
    stop_early: bool,
) -> Iterator[dict[str, object]]:
    """Scores of each of the models that one group is left out of, on each group.

    Args:
        labelled: rows ordered by date and ticker, with the features, `label` and `group`.
        horizon: length of the label's window in months.
        variant: the features to fit on.
        seed: seed of the fits.
        steps: upper bound on trees.
        stop_early: keep as many trees as do best on validation rows of the tickers fitted on;
            otherwise all, so that sets of features compare at the same number.

    Yields:
        Rows of `SCORES`: R² against the mean of the rows fitted on, and the mean rank IC over
        dates, among the group's own tickers.
    """
    [(known, tested)] = LatestBlock(horizon).split(labelled, groups=labelled["date"])
    test, labelled = labelled[tested], labelled[known]
    folds = list(WalkForward(horizon).split(labelled, groups=labelled["date"]))
    train, validation = labelled[folds[0][0]], labelled[np.concatenate([each[1] for each in folds])]
    overlap = horizon * SAMPLES_PER_YEAR // 12 - 1
    for absent in range(GROUPS):
        fitted, watched = (rows.filter(pl.col("group") != absent) for rows in (train, validation))
        stopping = to_pool(watched, variant.features, watched["label"].to_numpy())
        model = boosting.fit(
            to_pool(fitted, variant.features, fitted["label"].to_numpy()),
            validation=stopping if stop_early else None,
            trees=steps,
            seed=seed,
            threads=1,
        )
        importances = zip(variant.features.names, boosting.importances(model), strict=True)
        importance = sum(value for name, value in importances if name in variant.studied)
        known_mean = float(fitted["label"].to_numpy().mean())
        for period, rows in (("train", train), ("test", test)):
            mean, _ = boosting.predict(model, to_pool(rows, variant.features), threads=1)
            for group in range(GROUPS):
                here = (rows["group"] == group).to_numpy()
                actual = rows["label"].to_numpy()[here]
                ic = statistics.rank_ic(
                    rows["date"].filter(pl.Series(here)), actual, mean[here], overlap
                )
                yield {
                    "horizon": horizon,
                    "variant": variant.name,
                    "columns": len(variant.features.names),
                    "trees": boosting.tree_count(model),
                    "importance": importance,
                    "period": period,
                    "left_out": group == absent,
                    "group": group,
                    "r2": statistics.r2_against(actual, mean[here], known_mean),
                    "ic": ic.mean,
                }


def by_group(table: pl.DataFrame) -> pl.DataFrame:
    """One row per horizon, variant and group: each statistic averaged over models and seeds."""
    cells = {
        f"{metric}_{period}_{'left_out' if left_out else 'seen'}": pl.col(metric)
        .filter((pl.col("period") == period) & (pl.col("left_out") == left_out))
        .mean()
        for metric in ("r2", "ic")
        for period in ("train", "test")
        for left_out in (False, True)
    }
    means = table.group_by("horizon", "variant", "group", maintain_order=True).agg(
        pl.col("columns", "trees", "importance").mean(), **cells
    )
    return means.with_columns(
        memory_train=pl.col("r2_train_seen") - pl.col("r2_train_left_out"),
        memory_test=pl.col("r2_test_seen") - pl.col("r2_test_left_out"),
    )


def against_present(groups: pl.DataFrame) -> pl.DataFrame:
    """One row per horizon and variant: means over groups, and differences from the present set.

    A difference is taken within each group; `<name>_se` is the standard error of its mean over
    groups.
    """
    present = groups.filter(pl.col("variant") == PRESENT).select(
        "horizon", "group", *(pl.col(of).alias(name) for name, of in DIFFERENCES.items())
    )
    paired = groups.join(
        present, on=["horizon", "group"], maintain_order="left", validate="m:1"
    ).with_columns(pl.col(of).sub(pl.col(name)).alias(name) for name, of in DIFFERENCES.items())
    return paired.group_by("horizon", "variant", maintain_order=True).agg(
        pl.exclude("group").mean(),
        (pl.col(*DIFFERENCES).std() / math.sqrt(GROUPS)).name.suffix("_se"),
    )


def difference(row: dict[str, Any], name: str) -> str:
    """A difference from the present set with its standard error; nothing in that set's own row."""
    if row["variant"] == PRESENT:
        return ""
    return f"{row[name]:+.3f} ± {row[f'{name}_se']:.3f}"


def markdown(table: pl.DataFrame) -> str:
    """The table as the README shows it."""
    heads = [
        "horizon",
        "variant",
        "columns",
        "trees",
        "importance",
        "train R²: seen",
        "left out",
        "memory against present",
        "test R²: seen",
        "left out",
        "memory against present",
        "left-out R² against present",
        "test IC: seen",
        "left out",
        "left-out IC against present",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|---|---" + "|--:" * (len(heads) - 2) + "|"]
    for row in table.iter_rows(named=True):
        cells = [
            f"{row['horizon']}m",
            row["variant"],
            f"{row['columns']:.0f}",
            f"{row['trees']:.0f}",
            f"{row['importance']:.1f} %",
            f"{row['r2_train_seen']:+.3f}",
            f"{row['r2_train_left_out']:+.3f}",
            difference(row, "more_memory_train"),
            f"{row['r2_test_seen']:+.3f}",
            f"{row['r2_test_left_out']:+.3f}",
            difference(row, "more_memory_test"),
            difference(row, "gain_r2"),
            f"{row['ic_test_seen']:+.3f}",
            f"{row['ic_test_left_out']:+.3f}",
            difference(row, "gain_ic"),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=200, help="upper bound on trees")
    parser.add_argument("--seeds", type=int, default=2, help="fits of each model")
    parser.add_argument("--before", type=date.fromisoformat, help="only sample dates before this")
    parser.add_argument("--all-steps", action="store_true", help="do not stop early")
    arguments = parser.parse_args()

    features, excess_returns, catalogue = read_panel(arguments.warehouse)
    groups = pl.DataFrame({"ticker": features["ticker"].unique().sort()}).with_columns(
        group=pl.col("ticker").map_elements(group_of, return_dtype=pl.Int32)
    )
    panel = features.join(groups, on="ticker")

    rows: list[dict[str, object]] = []
    for horizon in HORIZONS:
        labels = excess_returns.select(
            "ticker", "date", label=f"excess_return_ln_{horizon}m"
        ).drop_nulls()
        labelled = panel.join(labels, on=["ticker", "date"]).sort("date", "ticker")
        if arguments.before:
            labelled = labelled.filter(pl.col("date") < arguments.before)
        for variant in variants(catalogue):
            first_seed = arguments.seeds if variant.name.endswith("other seeds") else 0
            for seed in range(first_seed, first_seed + arguments.seeds):
                rows.extend(
                    scores(
                        labelled,
                        horizon,
                        variant,
                        seed=seed,
                        steps=arguments.steps,
                        stop_early=not arguments.all_steps,
                    )
                )
    print(markdown(against_present(by_group(pl.DataFrame(rows, schema=SCORES)))))


if __name__ == "__main__":
    main()
