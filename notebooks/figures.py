"""What the notebooks show: tables and matplotlib's and shap's pictures, as HTML of its own."""

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import shap
from IPython.display import HTML
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dashboard.formats import readable

BLUE, ORANGE, QUIET = "#2f6fab", "#d9822b", "#7b8794"
# SHAP values are shown in hundredths of a log excess return: 1 is about 1 %.
LOG_POINTS = 100
CONTRIBUTION = "Contribution (log points)"
UNKNOWN = "unknown"
STYLE: dict[Any, object] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": "#1f2933",
    "axes.labelsize": 10,
    "font.size": 10,
    "legend.frameon": False,
    "savefig.dpi": 200,
    "svg.hashsalt": "notebooks",  # the same picture has the same bytes
    "xtick.color": "#1f2933",
    "ytick.color": "#1f2933",
}
mpl.use("agg")
mpl.rcParams.update(STYLE)


class Contributions:
    """SHAP values of a model: one row a stock, its newest forecast, one column a feature.

    Attributes:
        tickers: of the rows.
        features: names, as people say them, of those that contribute to any forecast, the largest
            mean absolute value first.
        values: (rows, features), log points.
        data: (rows, features), values of the features; a category's column holds text.
        bias: forecast before any feature is known, log points.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        """From ticker, feature, shap_value, feature_value, feature_category and bias."""
        sizes = rows.group_by("feature").agg(pl.col("shap_value").abs().mean().alias("size"))
        sizes = sizes.filter(pl.col("size") > 0).sort("size", "feature", descending=[True, False])
        identifiers: list[str] = sizes["feature"].to_list()
        self.features = [readable(identifier) for identifier in identifiers]
        rows = rows.sort("ticker")
        self.tickers: list[str] = rows["ticker"].unique(maintain_order=True).to_list()

        def matrix(column: str) -> pl.DataFrame:
            return rows.pivot("feature", index="ticker", values=column).select(identifiers)

        numbers, categories = matrix("feature_value"), matrix("feature_category")
        self.values: NDArray[np.float64] = matrix("shap_value").to_numpy() * LOG_POINTS
        self.data = pd.DataFrame(
            {
                readable(name): categories[name].fill_null(UNKNOWN).to_list()
                if numbers[name].null_count() == numbers.height
                else numbers[name].cast(pl.Float64).to_numpy()
                for name in identifiers
            }
        )
        self.bias = LOG_POINTS * sum(rows["bias"].head(1))

    def all_rows(self) -> shap.Explanation:
        """Every row, for shap's plots."""
        return shap.Explanation(
            self.values,
            base_values=np.full(len(self.values), self.bias),
            data=self.data,
            feature_names=self.features,
        )

    def feature(self, name: str) -> shap.Explanation:
        """One column."""
        column = self.features.index(name)
        return shap.Explanation(
            self.values[:, column], data=self.data[name].to_numpy(), feature_names=name
        )

    def stock(self, ticker: str) -> shap.Explanation:
        """One row."""
        row = self.tickers.index(ticker)
        values = [
            value if isinstance(value, str) else UNKNOWN if np.isnan(value) else f"{value:.3g}"
            for value in self.data.iloc[row]
        ]
        return shap.Explanation(
            self.values[row],
            base_values=self.bias,
            data=np.array(values, dtype=object),
            feature_names=self.features,
        )


def table(frame: pl.DataFrame, kind: Literal["numbers", "texts", "formulas"] = "numbers") -> HTML:
    """A table: of numbers, set to the right after the first column, of texts, or of formulas."""
    head = "".join(f"<th>{escape(name)}</th>" for name in frame.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
        for row in frame.rows()
    )
    return HTML(
        f'<div class="scroll"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def facts(rows: dict[str, str]) -> HTML:
    """Names and what they are."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in rows.items()
    )
    return HTML(f"<dl>{items}</dl>")


def grid(*pictures: str) -> HTML:
    """Pictures side by side, as many as there is room for."""
    return HTML(f'<div class="grid">{"".join(pictures)}</div>')


def picture(figure: Figure, alt: str, caption: str = "") -> str:
    """A figure as HTML that holds the image; the figure is closed.

    Args:
        figure: of matplotlib.
        alt: what the image shows, for those who do not see it.
        caption: text below it.
    """
    for axes in figure.axes:
        for points in axes.collections:
            points.set_rasterized(True)
    file = io.BytesIO()
    figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    image = base64.b64encode(file.getvalue()).decode()
    text = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure><div class="scroll"><img alt="{escape(alt)}"'
        f' src="data:image/svg+xml;base64,{image}"></div>{text}</figure>'
    )


def bars(names: Sequence[str], values: Sequence[float], title: str) -> str:
    """Horizontal bars, the first one on top."""
    figure, axes = plt.subplots(figsize=(2.6, 0.24 * len(names) + 0.6))
    axes.barh(range(len(names)), values, color=BLUE)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(title)
    return picture(figure, f"Bars: {title} of {', '.join(names)}")


def beeswarm(contributions: Contributions, most: int) -> str:
    """Beeswarm by shap of the features that contribute most."""
    np.random.seed(0)  # noqa: NPY002 - shap places the points with numpy's global generator
    figure = plt.figure()
    features = min(most, len(contributions.features))
    shap.plots.beeswarm(contributions.all_rows(), max_display=features + 1, show=False, s=9)
    axes = figure.axes[0]
    axes.set_xlabel(CONTRIBUTION)
    return picture(
        figure,
        f"Beeswarm of the contributions of {', '.join(contributions.features[:features])}",
        "One point a stock. Colour: the feature's value, from low (blue) to high (red); grey: a"
        " category or an unknown value.",
    )


def dependence(contributions: Contributions, name: str) -> str:
    """Contribution of a feature against its value, by shap."""
    np.random.seed(0)  # noqa: NPY002 - shap draws the points in random order
    figure, axes = plt.subplots(figsize=(3.7, 2.4))
    explanation = contributions.feature(name)
    limits = {}
    if not isinstance(explanation.data[0], str):
        limits = {"xmin": "percentile(1)", "xmax": "percentile(99)"}
    shap.plots.scatter(explanation, color=BLUE, dot_size=9, ax=axes, show=False, **limits)
    axes.set_xlabel(name, fontsize=10)
    axes.set_ylabel(CONTRIBUTION, fontsize=10)
    for each in figure.axes:
        each.tick_params(labelsize=9)
    return picture(figure, f"Contribution of {name} against its value, one point a stock")


def coverage(curve: pl.DataFrame, intervals: dict[float, float]) -> str:
    """How many outcomes the intervals of each level held.

    Args:
        curve: level, covered (shares), of normal intervals.
        intervals: the same of the calibrated intervals.
    """
    figure, axes = plt.subplots(figsize=(4.2, 3.6))
    axes.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1, label="as promised")
    axes.plot(curve["level"], curve["covered"], color=BLUE, label="normal intervals")
    axes.plot(
        list(intervals),
        list(intervals.values()),
        "D",
        color=ORANGE,
        label="68 and 95 % intervals",
    )
    axes.set(xlabel="Level of the interval", ylabel="Share of outcomes within it")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(mpl.ticker.PercentFormatter(1))
    axes.legend()
    return picture(
        figure,
        "Share of test outcomes within intervals of each level",
        "Intervals. Below the dashed line they are too narrow.",
    )


def deciles(frame: pl.DataFrame, training_mean: float) -> str:
    """Mean forecast and mean outcome of each tenth of the forecasts.

    Args:
        frame: decile (1 to 10), forecast, outcome (log excess return).
        training_mean: mean label of the training block.
    """
    figure, axes = plt.subplots(figsize=(4.2, 3.6))
    axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.axhline(training_mean, color=QUIET, linestyle="--", linewidth=1, label="training mean")
    axes.bar(frame["decile"], frame["outcome"], color=BLUE, alpha=0.45, label="outcome")
    axes.plot(frame["decile"], frame["forecast"], "o-", color=ORANGE, label="forecast")
    axes.set_xticks(frame["decile"])
    axes.set(xlabel="Decile of the forecast", ylabel="Mean log excess return")
    axes.legend()
    return picture(
        figure,
        "Mean forecast and mean outcome by decile of the forecast",
        "Mean. Calibrated: bars end at the points.",
    )


def waterfall(contributions: Contributions, ticker: str, caption: str) -> str:
    """Waterfall by shap of one stock's forecast, in log points."""
    figure = plt.figure()
    shap.plots.waterfall(contributions.stock(ticker), max_display=11, show=False)
    return picture(figure, f"Waterfall of the forecast for {ticker}", caption)
