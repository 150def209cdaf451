"""Charts of the pages Trust and Track record: functions of frames, on light and dark."""

import altair as alt
import polars as pl

from dashboard.formats import PERCENT
from dashboard.model_charts import QUIET, Layers
from dashboard.start_charts import ALL_NAMES, DIVERGING

LEVELS = {"coverage_68": "68 %", "coverage_95": "95 %"}


def reliability(frame: pl.DataFrame) -> Layers:
    """How often a chance of beating SPY came, against what was forecast.

    Args:
        frame: tenth, chance, came, lower_95, upper_95 (may be null), forecasts.
    """
    values = pl.concat(
        [frame[column].drop_nulls() for column in ("chance", "came", "lower_95", "upper_95")]
    )
    # As tall as wide in units, around what was forecast: the line of the honest is a diagonal.
    least, most = float(values.min()), float(values.max())  # type: ignore[arg-type]
    axis = alt.Axis(format=".0%", tickCount=5)
    chances = frame["chance"]
    near, far = float(chances.min()) - 0.01, float(chances.max()) + 0.01  # type: ignore[arg-type]
    x = alt.X("chance:Q", title="Chance forecast", scale=alt.Scale(domain=[near, far]), axis=axis)
    y_scale = alt.Scale(domain=[max(min(least, near) - 0.02, 0), min(max(most, far) + 0.02, 1)])
    honest = (
        alt.Chart(pl.DataFrame({"chance": [near, far], "came": [near, far]}))
        .mark_line(strokeDash=[4, 4], color=QUIET)
        .encode(x=x, y=alt.Y("came:Q", scale=y_scale))
    )
    base = alt.Chart(frame).encode(
        x=x,
        tooltip=[
            alt.Tooltip("tenth:O", title="Tenth by chance"),
            alt.Tooltip("chance:Q", title="Chance forecast", format=".1%"),
            alt.Tooltip("came:Q", title="Came", format=".1%"),
            alt.Tooltip("lower_95:Q", title="95 %, low", format=".1%"),
            alt.Tooltip("upper_95:Q", title="95 %, high", format=".1%"),
            alt.Tooltip("forecasts:Q", title="Forecasts", format=","),
        ],
    )
    bars = base.mark_rule(color=QUIET, strokeWidth=1.5).encode(
        y=alt.Y("lower_95:Q", scale=y_scale, title="Share that beat SPY", axis=axis),
        y2=alt.Y2("upper_95:Q"),
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        y=alt.Y("came:Q", scale=y_scale, title="Share that beat SPY", axis=axis)
    )
    return alt.layer(bars, points, honest)


def coverage(frame: pl.DataFrame) -> Layers:
    """Share of outcomes within the intervals of each group, beside what they promise.

    Args:
        frame: group_name, coverage_68, coverage_95, forecasts, in order.
    """
    long = frame.unpivot(
        list(LEVELS),
        index=["group_name", "forecasts"],
        variable_name="interval",
        value_name="covered",
    ).with_columns(pl.col("interval").replace_strict(LEVELS))
    promised = pl.DataFrame({"interval": list(LEVELS.values()), "promised": [0.68, 0.95]})
    legend = alt.Legend(orient="top")
    color = alt.Color("interval:N", title="Interval", legend=legend)
    axis = alt.Axis(format=".0%", tickCount=6)
    title = "Outcomes within it"
    rules = (
        alt.Chart(promised)
        .mark_rule(strokeDash=[4, 4], strokeWidth=1.5)
        .encode(x=alt.X("promised:Q", title=title, axis=axis), color=color)
    )
    points = (
        alt.Chart(long)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("covered:Q", title=title, axis=axis, scale=alt.Scale(zero=False)),
            y=_groups("group_name", frame),
            color=color,
            shape=alt.Shape("interval:N", title="Interval", legend=legend),
            tooltip=[
                alt.Tooltip("group_name:N", title="Forecasts"),
                alt.Tooltip("interval:N", title="Interval"),
                alt.Tooltip("covered:Q", title=title, format=".1%"),
                alt.Tooltip("forecasts:Q", title="Forecasts", format=","),
            ],
        )
    )
    return alt.layer(points, rules).properties(height=120 + 26 * frame.height)


def _groups(column: str, frame: pl.DataFrame) -> alt.Y:
    """Rows of a chart in the order of a frame, with all of their names."""
    return alt.Y(
        f"{column}:N",
        title=None,
        sort=frame[column].unique(maintain_order=True).to_list(),
        axis=alt.Axis(labelLimit=220, **ALL_NAMES),
    )


def rank_ics(frame: pl.DataFrame) -> Layers:
    """Rank IC of each group of stocks or quarters, with its interval where there is one.

    Args:
        frame: label, rank_ic, rank_ic_lower_95, rank_ic_upper_95, rank_ic_p, tickers, quarters,
            in order.
    """
    base = alt.Chart(frame).encode(
        y=_groups("label", frame),
        tooltip=[
            alt.Tooltip("label:N", title="Among"),
            alt.Tooltip("rank_ic:Q", title="Rank IC", format="+.3f"),
            alt.Tooltip("rank_ic_lower_95:Q", title="95 %, low", format="+.3f"),
            alt.Tooltip("rank_ic_upper_95:Q", title="95 %, high", format="+.3f"),
            alt.Tooltip("rank_ic_p:Q", title="p by chance", format=".2f"),
            alt.Tooltip("tickers:Q", title="Stocks", format=".0f"),
            alt.Tooltip("quarters:Q", title="Quarters"),
        ],
    )
    axis = alt.Axis(format="+.2f", tickCount=5)
    bars = base.mark_rule(color=QUIET, strokeWidth=1.5).encode(
        x=alt.X("rank_ic_lower_95:Q", title="Rank IC, 95 % interval", axis=axis),
        x2=alt.X2("rank_ic_upper_95:Q"),
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("rank_ic:Q", title="Rank IC, 95 % interval", axis=axis)
    )
    zero = (
        alt.Chart(pl.DataFrame({"zero": [0]}))
        .mark_rule(color=QUIET, aria=False)
        .encode(x=alt.datum(0))
    )
    return alt.layer(bars, points, zero).properties(height=90 + 26 * frame.height)


def deciles(frame: pl.DataFrame) -> Layers:
    """What the stocks of each decile made beyond all stocks, with intervals.

    Args:
        frame: decile, less_all, less_all_lower_95, less_all_upper_95, less_all_p, excess_return.
    """
    base = alt.Chart(frame).encode(
        x=alt.X("decile:O", title="Decile of the forecast", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("decile:O", title="Decile"),
            alt.Tooltip("less_all:Q", title="Less all stocks", format=PERCENT),
            alt.Tooltip("less_all_lower_95:Q", title="95 %, low", format=PERCENT),
            alt.Tooltip("less_all_upper_95:Q", title="95 %, high", format=PERCENT),
            alt.Tooltip("less_all_p:Q", title="p by chance", format=".2f"),
            alt.Tooltip("excess_return:Q", title="Excess over SPY", format=PERCENT),
        ],
    )
    axis = alt.Axis(format="+.0%", tickCount=5)
    title = "Return less all stocks'"
    bars = base.mark_bar(cornerRadiusEnd=2, opacity=0.75).encode(
        y=alt.Y("less_all:Q", title=title, axis=axis)
    )
    whiskers = base.mark_rule(color=QUIET, strokeWidth=2).encode(
        y=alt.Y("less_all_lower_95:Q", title=title, axis=axis), y2=alt.Y2("less_all_upper_95:Q")
    )
    return alt.layer(bars, whiskers)


def correlations(frame: pl.DataFrame) -> Layers:
    """How closely forecasts of each year's model go with features.

    Args:
        frame: label, year, correlation, the strongest feature first.
    """
    base = alt.Chart(frame).encode(
        x=alt.X(
            "year:O",
            title=None,
            sort=frame["year"].unique(maintain_order=True).to_list(),
            axis=alt.Axis(orient="top", labelAngle=0, **ALL_NAMES),
        ),
        y=_groups("label", frame),
        tooltip=[
            alt.Tooltip("label:N", title="Feature"),
            alt.Tooltip("year:O", title="Model of the forecasts from"),
            alt.Tooltip("correlation:Q", title="Correlation", format="+.2f"),
        ],
    )
    cells = base.mark_rect(cornerRadius=2).encode(
        color=alt.Color(
            "correlation:Q", legend=None, scale=alt.Scale(domain=[-1, 0, 1], range=DIVERGING)
        )
    )
    text = base.mark_text(color="#1f2933", fontSize=11).encode(
        text=alt.Text("correlation:Q", format="+.2f")
    )
    return alt.layer(cells, text).properties(height=80 + 26 * frame["label"].n_unique())


def portfolio_bars(frame: pl.DataFrame, title: str) -> Layers:
    """Returns of several portfolios by quarter.

    Args:
        frame: quarter (date), portfolio, value (share), in the order of the portfolios.
        title: what the values are.
    """
    order = frame["portfolio"].unique(maintain_order=True).to_list()
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(quarter):O", title=None, axis=alt.Axis(format="%b %Y")),
            xOffset=alt.XOffset("portfolio:N", sort=order),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(format="+.0%", tickCount=5)),
            color=alt.Color("portfolio:N", title=None, sort=order, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("quarter:T", title="Quarter of", format="%-d %b %Y"),
                alt.Tooltip("portfolio:N", title=" "),
                alt.Tooltip("value:Q", title=title, format=PERCENT),
            ],
        )
    )
    zero = (
        alt.Chart(pl.DataFrame({"zero": [0]}))
        .mark_rule(color=QUIET, aria=False)
        .encode(y=alt.datum(0))
    )
    return alt.layer(bars, zero)
