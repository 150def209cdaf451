"""How good a model was on its test block, beside the baselines: for the page and the notebook."""

from statistics import NormalDist
from typing import Any

import polars as pl

from dashboard.glossary import TERMS

COVERAGE = """
select levels.level, avg((abs(actual - predicted_mean) <= z * predicted_std)::integer) as covered
from test_predictions
cross join (select unnest(?) as level, unnest(?) as z) as levels
where model_id = ?
group by levels.level
order by levels.level
"""
LEVELS = [level / 20 for level in range(1, 20)]
# Of the standard deviation: half the width of a normal distribution's interval of each level.
NORMAL_MULTIPLES = [NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS]
# Column of model_stats without `test_`, and Vega's and Python's format.
METRICS = {
    "R² against the training mean": ("r2", ".3f"),
    "R² against zero (SPY)": ("r2_zero", ".3f"),
    "Rank IC": ("rank_ic", ".3f"),
    "p of the rank IC": ("rank_ic_p", ".2f"),
    "RMSE (log excess return)": ("rmse", ".3f"),
    "MAPE of gross excess returns": ("mape", ".1%"),
    "Coverage of 68 % intervals": ("coverage_68", ".1%"),
    "Coverage of 95 % intervals": ("coverage_95", ".1%"),
    "Decile spread (log excess return)": ("decile_spread", ".3f"),
    "p of the decile spread": ("decile_spread_p", ".2f"),
}
# What of the glossary explains each, by how it begins.
EXPLAINED = {
    "R²": "R²",
    "Rank IC": "Rank IC",
    "p of": "p by chance",
    "RMSE": "RMSE",
    "MAPE": "MAPE",
    "Coverage": "Coverage",
    "Decile spread": "Decile spread",
}
PREFIXES = {"model": "test_", "ridge": "ridge_test_", "training mean": "naive_test_"}


def log_bound(percent: float, of: str = "") -> str:
    """SQL of the log excess return that an outcome stays below with some probability.

    Args:
        percent: the probability, a multiple of 0.5; `error_quantiles` has one for each.
        of: the table of `predicted_mean` and `predicted_std` and a dot, where others have them too.
    """
    return f"{of}predicted_mean + error_quantiles[{int(2 * percent)}] * {of}predicted_std"


def meaning(metric: str) -> str:
    """What a metric is, as the glossary has it."""
    return next(TERMS[term] for start, term in EXPLAINED.items() if metric.startswith(start))


def metric_table(model: dict[str, Any]) -> pl.DataFrame:
    """The metrics of a model and of the baselines, as text."""
    return pl.DataFrame(
        [
            {
                "Metric": metric,
                **{
                    forecaster.capitalize(): "-"
                    if (value := model.get(f"{prefix}{name}")) is None
                    else format(value, metric_format)
                    for forecaster, prefix in PREFIXES.items()
                },
            }
            for metric, (name, metric_format) in METRICS.items()
        ]
    )
