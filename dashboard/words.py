"""Explanations in words."""

import polars as pl

from dashboard.formats import readable
from dashboard.safe_text import escaped

# Contributions below are not worth a word: percent points, or percent of the spread.
LEAST = 0.005


def in_words(drivers: pl.DataFrame, most: int = 3) -> str:
    """What speaks for a stock and against it, and what makes it risky or calm, as Markdown.

    Args:
        drivers: as `stock_queries.opened_drivers` has them.
        most: how many drivers are named of each.
    """
    lines = []
    for column, unit, names in (
        ("shap_value", "points", ("For it", "Against it")),
        ("risk_shap_value", "% of the spread", ("Riskier", "Calmer")),
    ):
        for name, sign in zip(names, (1, -1), strict=True):
            strongest = (
                drivers.filter(sign * pl.col(column) >= LEAST)
                .sort(sign * pl.col(column), "driver", descending=[True, False])
                .head(most)
            )
            texts = [
                f"{_named(row)} ({row[column]:+.2f} {unit})"
                for row in strongest.iter_rows(named=True)
            ]
            if texts:
                lines.append(f"- **{name}:** {'; '.join(texts)}.")
    return "\n".join(lines)


def past_in_words(past: pl.DataFrame) -> str:
    """How often past forecasts of a stock came true: median_return, lower_68, upper_68, outcome."""
    known = past.drop_nulls("outcome")
    if known.is_empty():
        return "No window of these forecasts has ended."
    within = known.filter(pl.col("outcome").is_between("lower_68", "upper_68")).height
    sides = known.filter((pl.col("outcome") > 0) == (pl.col("median_return") > 0)).height
    return (
        f"Of {known.height} forecasts whose windows have ended, {within} had their outcome within "
        f"the 68 % interval ({within / known.height:.0%}), and {sides} were on the right side of "
        "SPY. Windows overlap, so these are far fewer independent trials."
    )


def _named(driver: dict[str, object]) -> str:
    name = escaped(readable(str(driver["driver"])))
    if driver["place"] is not None:
        return f"{name}, above {driver['place']:.0%} of stocks"
    return f"{name} {escaped(str(driver['value']))}" if driver["value"] is not None else name
