"""Charts of how good models are: pure functions of frames. Colours come from the theme."""

from datetime import date, timedelta

import altair as alt
import polars as pl

from dashboard.axes import AXIS_NUMBER, AXIS_PERCENT, DAY, date_axis, growth_axis, moment

Layers = alt.LayerChart | alt.FacetChart
QUIET = "#8794a5"
FORECASTERS = ["model", "ridge", "training mean"]
SHAPES = alt.Scale(domain=["all tickers and dates", "study"], range=["circle", "diamond"])


def _zero(axis: str = "y") -> alt.Chart:
    rule: alt.Chart = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(
        color=QUIET, opacity=0.6, aria=False
    )
    return rule.encode(y=alt.datum(0)) if axis == "y" else rule.encode(x=alt.datum(0))


def _around(moments: pl.Series) -> tuple[date, date]:
    """The days before the first and after the last of some moments."""
    days: list[date] = sorted(moments.cast(pl.Date)) or [date.today()]
    margin = timedelta(days=max(1, (days[-1] - days[0]).days // 20))
    return days[0] - margin, days[-1] + margin


def metric_history(frame: pl.DataFrame, metric: str) -> Layers:
    """A metric of each model over the time of its training.

    Args:
        frame: trained_at, model_id, is_study, forecaster (one of FORECASTERS), value.
        metric: what the values are.
    """
    points = (
        alt.Chart(frame)
        .mark_point(size=60, filled=True, opacity=1)
        .encode(
            x=alt.X(
                "trained_at:T",
                title="Trained",
                # Room on both sides: two models of one day would have no width between them.
                scale=alt.Scale(domain=[moment(day) for day in _around(frame["trained_at"])]),
                axis=date_axis(frame["trained_at"], ticks=5),
            ),
            y=alt.Y(
                "value:Q",
                title=metric,
                scale=alt.Scale(zero=False),
                axis=alt.Axis(format=AXIS_NUMBER.removeprefix("+"), tickCount=6),
            ),
            color=alt.Color("forecaster:N", title=None, sort=FORECASTERS),
            tooltip=[
                alt.Tooltip("model_id:N", title="Model"),
                alt.Tooltip("forecaster:N", title="Forecast by"),
                alt.Tooltip("value:Q", title=metric, format=".3f"),
            ],
            shape=alt.Shape("kind:N", title=None, scale=SHAPES),
        )
        .transform_calculate(kind="datum.is_study ? 'study' : 'all tickers and dates'")
    )
    # A study is of other tickers or another day: no line leads from one model to it.
    lines = (
        alt.Chart(frame)
        .transform_filter("!datum.is_study")
        .mark_line()
        .encode(
            x=alt.X("trained_at:T"),
            y=alt.Y("value:Q", scale=alt.Scale(zero=False)),
            color=alt.Color("forecaster:N", sort=FORECASTERS),
        )
    )
    return alt.layer(lines, points)


def calibration(curve: pl.DataFrame, shown: pl.DataFrame) -> Layers:
    """Share of outcomes within intervals, against what the intervals promise.

    Args:
        curve: level, covered: shares, of intervals of a normal distribution.
        shown: level, covered: of the intervals that the dashboard shows.
    """
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format=".0%", tickCount=6)
    ideal = (
        alt.Chart(pl.DataFrame({"level": [0, 1], "covered": [0, 1]}))
        .mark_line(strokeDash=[4, 4], color=QUIET, strokeWidth=1)
        .encode(x=alt.X("level:Q"), y=alt.Y("covered:Q"))
    )
    tooltip = [
        alt.Tooltip("level:Q", title="Interval", format=".0%"),
        alt.Tooltip("covered:Q", title="Outcomes within", format=".1%"),
    ]
    line = (
        alt.Chart(curve)
        .mark_line(point=alt.OverlayMarkDef(size=20))
        .encode(
            x=alt.X("level:Q", title="Interval of the forecast", scale=scale, axis=axis),
            y=alt.Y("covered:Q", title="Outcomes within it", scale=scale, axis=axis),
            tooltip=tooltip,
        )
    )
    points = (
        alt.Chart(shown)
        .mark_point(size=110, filled=True, shape="diamond", color="#c8731d", opacity=1)
        .encode(x=alt.X("level:Q"), y=alt.Y("covered:Q"), tooltip=tooltip)
    )
    return alt.layer(line, points, ideal)


def values_by_quarter(frame: pl.DataFrame, title: str, value_format: str) -> Layers:
    """A value of each sample quarter, by forecaster.

    Args:
        frame: quarter (date), forecaster (one of FORECASTERS), value.
        title: what the values are.
        value_format: Vega's format of them.
    """
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonth(quarter):O",
                title=None,
                axis=alt.Axis(format="%b %Y", labelAngle=-45, labelOverlap=True),
            ),
            xOffset=alt.XOffset("forecaster:N", sort=FORECASTERS),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(format=AXIS_NUMBER, tickCount=6)),
            color=alt.Color("forecaster:N", title=None, sort=FORECASTERS),
            tooltip=[
                alt.Tooltip("quarter:T", title="Quarter of", format=DAY),
                alt.Tooltip("forecaster:N", title="Forecast by"),
                alt.Tooltip("value:Q", title=title, format=value_format),
            ],
        )
    )
    return alt.layer(bars, _zero())


def split_timeline(frame: pl.DataFrame) -> Layers:
    """The blocks of rows of each model, by date.

    Args:
        frame: model_id, split, first_date, last_date, row_count.
    """
    base = alt.Chart(frame).encode(
        y=alt.Y("model_id:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X(
            "first_date:T",
            title="Sample date",
            axis=date_axis(pl.concat([frame["first_date"], frame["last_date"]]), ticks=4),
        ),
        x2=alt.X2("last_date:T"),
        tooltip=[
            alt.Tooltip("model_id:N", title="Model"),
            alt.Tooltip("split:N", title="Block"),
            alt.Tooltip("first_date:T", title="From", format=DAY),
            alt.Tooltip("last_date:T", title="To", format=DAY),
            alt.Tooltip("row_count:Q", title="Rows", format=","),
        ],
    )
    bars = base.mark_bar(height=18, cornerRadius=3).encode(
        color=alt.Color(
            "split:N",
            title=None,
            sort=["train", "validation", "test"],
            legend=alt.Legend(orient="top"),
        )
    )
    # Streamlit counts legend and axis as part of the height.
    return alt.layer(bars).properties(height=90 + 34 * frame["model_id"].n_unique())


def importance(frame: pl.DataFrame, value: str, title: str, value_format: str) -> alt.Chart:
    """How much each feature matters, the most important first.

    Args:
        frame: feature, family and the column named by `value`.
        value: the column of the bars.
        title: what it is.
        value_format: Vega's format of it.
    """
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            y=alt.Y(
                "feature:N",
                title=None,
                sort="-x",
                axis=alt.Axis(labelLimit=240, labelOverlap=False),
            ),
            x=alt.X(
                f"{value}:Q",
                title=title,
                axis=alt.Axis(format=AXIS_NUMBER.removeprefix("+"), tickCount=3),
            ),
            tooltip=[
                alt.Tooltip("feature:N", title="Feature"),
                alt.Tooltip("family:N", title="Family"),
                alt.Tooltip(f"{value}:Q", title=title, format=value_format),
            ],
        )
        .properties(height=70 + 20 * frame.height)
    )
    return chart


def beeswarm(frame: pl.DataFrame) -> Layers:
    """Contributions to many forecasts, one row of points a feature.

    Args:
        frame: feature, ticker, date, shap_value, value (text), place (0 to 1: place of the value
            among those of the feature; null for a category), height (-1 to 1: from the row's
            middle), in the order of the features.
    """
    features = frame["feature"].unique(maintain_order=True).to_list()
    points = (
        alt.Chart(frame)
        .mark_circle(size=14, opacity=0.75)
        .encode(
            y=alt.Y("feature:N", title=None, sort=features, axis=alt.Axis(labelLimit=240)),
            yOffset=alt.YOffset("height:Q", scale=alt.Scale(domain=[-1.1, 1.1])),
            x=alt.X("shap_value:Q", title="Contribution to the forecast (log excess return)"),
            color=alt.Color(
                "place:Q",
                title="Value of the feature",
                scale=alt.Scale(range=["#3d7fc1", "#b9a6b8", "#d94f3d"], domain=[0, 0.5, 1]),
                legend=alt.Legend(
                    orient="top",
                    gradientLength=160,
                    values=[0, 1],
                    labelExpr="datum.value == 0 ? 'low' : 'high'",
                ),
            ),
            tooltip=[
                alt.Tooltip("ticker:N", title="Ticker"),
                alt.Tooltip("date:T", title="Sample date", format=DAY),
                alt.Tooltip("feature:N", title="Feature"),
                alt.Tooltip("value:N", title="Value"),
                alt.Tooltip("shap_value:Q", title="Contribution", format="+.4f"),
            ],
        )
    )
    # Streamlit counts legend and axis as part of the height.
    return alt.layer(points, _zero("x")).properties(height=120 + 32 * len(features))


def wealth(frame: pl.DataFrame) -> Layers:
    """What 1 grew to in each decile, and in SPY.

    Args:
        frame: date, portfolio (`decile_1` to `decile_10`, `SPY`), wealth, decile (null for SPY).
    """
    # What there is: a nice one would reach to the next power of ten.
    wealth = frame["wealth"].to_numpy()
    domain = [float(wealth.min()), float(wealth.max())]
    axis = growth_axis(*domain)
    scale = alt.Scale(type="log", nice=False, domain=domain)
    base = alt.Chart(frame).encode(
        x=alt.X("date:T", title=None, axis=date_axis(frame["date"], ticks=5)),
        y=alt.Y("wealth:Q", title="Return since the start", scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("portfolio:N", title="Portfolio"),
            alt.Tooltip("date:T", title="Until", format=DAY),
            alt.Tooltip("wealth:Q", title="1 grew to", format=".2f"),
        ],
    )
    deciles = (
        base.transform_filter("datum.decile != null")
        .mark_line(strokeWidth=1.6)
        .encode(
            color=alt.Color(
                "decile:Q",
                title="Decile of the forecast",
                scale=alt.Scale(range=["#d0604c", "#c9b9a6", "#2f8f6b"], domain=[1, 5.5, 10]),
                legend=alt.Legend(orient="top", gradientLength=160, values=[1, 10]),
            ),
            detail=alt.Detail("portfolio:N"),
        )
    )
    spy = base.transform_filter("datum.decile == null").mark_line(
        color=QUIET, strokeDash=[5, 4], strokeWidth=2.2
    )
    return alt.layer(deciles, spy)


def lines(frame: pl.DataFrame, value: str, title: str, value_format: str) -> Layers:
    """Lines of several portfolios over time.

    Args:
        frame: date, portfolio and the column named by `value`.
        value: the column of the lines.
        title: what it is.
        value_format: Vega's format of it.
    """
    chart = (
        alt.Chart(frame)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("date:T", title=None, axis=date_axis(frame["date"], ticks=5)),
            y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(format=AXIS_PERCENT)),
            color=alt.Color("portfolio:N", title=None, legend=alt.Legend(orient="top"), sort=None),
            tooltip=[
                alt.Tooltip("portfolio:N", title="Portfolio"),
                alt.Tooltip("date:T", title="Until", format=DAY),
                alt.Tooltip(f"{value}:Q", title=title, format=value_format),
            ],
        )
    )
    return alt.layer(chart, _zero())


def decile_returns(frame: pl.DataFrame) -> Layers:
    """Annual return of each decile, with that of SPY as a line.

    Args:
        frame: decile (1 to 10; null for SPY), annual_return.
    """
    axis = alt.Axis(format=AXIS_PERCENT)
    bars = (
        alt.Chart(frame.drop_nulls("decile"))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("decile:O", title="Decile of the forecast", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("annual_return:Q", title="Return a year", axis=axis),
            tooltip=[
                alt.Tooltip("decile:O", title="Decile"),
                alt.Tooltip("annual_return:Q", title="Return a year", format="+.1%"),
            ],
        )
    )
    spy = (
        alt.Chart(frame.filter(pl.col("decile").is_null()))
        .mark_rule(color=QUIET, strokeDash=[5, 4], strokeWidth=2)
        .encode(
            y=alt.Y("annual_return:Q"),
            tooltip=[alt.Tooltip("annual_return:Q", title="SPY a year", format="+.1%")],
        )
    )
    return alt.layer(bars, spy)


def held_out_history(frame: pl.DataFrame) -> Layers:
    """Forecasts with and without the ticker, and the outcome, by sample date.

    Args:
        frame: date, unseen, seen, outcome, lower, upper (excess returns as shares; lower and
            upper bound the 68 % interval of `unseen`).
    """
    names = {"outcome": "outcome", "unseen": "forecast without it", "seen": "forecast with it"}
    long = frame.unpivot(list(names), index="date", variable_name="kind", value_name="value")
    long = long.with_columns(pl.col("kind").replace_strict(names)).drop_nulls("value")
    axis = alt.Axis(format=AXIS_PERCENT)
    band = (
        alt.Chart(frame)
        .mark_area(opacity=0.15)
        .encode(
            x=alt.X("date:T", title="Sample date", axis=date_axis(frame["date"])),
            y=alt.Y("lower:Q"),
            y2=alt.Y2("upper:Q"),
        )
    )
    lines_of = (
        alt.Chart(long)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("date:T", title="Sample date", axis=date_axis(frame["date"])),
            y=alt.Y("value:Q", title="Excess return over the horizon", axis=axis),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=["forecast without it", "forecast with it", "outcome"],
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("date:T", title="Sample date", format=DAY),
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("value:Q", title="Excess return", format="+.1%"),
            ],
        )
    )
    return alt.layer(band, lines_of, _zero())


def forecast_against_outcome(frame: pl.DataFrame) -> Layers:
    """Each forecast against what came of it.

    Args:
        frame: date, unseen, seen, outcome (excess returns as shares), rows with an outcome.
    """
    names = {"unseen": "forecast without it", "seen": "forecast with it"}
    long = frame.unpivot(
        list(names), index=["date", "outcome"], variable_name="kind", value_name="forecast"
    ).with_columns(pl.col("kind").replace_strict(names))
    axis = alt.Axis(format=AXIS_PERCENT)
    points = (
        alt.Chart(long)
        .mark_circle(size=40, opacity=0.7)
        .encode(
            x=alt.X(
                "forecast:Q", title="Forecast", axis=alt.Axis(format=AXIS_PERCENT, tickCount=5)
            ),
            y=alt.Y("outcome:Q", title="Outcome", axis=axis),
            color=alt.Color(
                "kind:N", title=None, sort=list(names.values()), legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("date:T", title="Sample date", format=DAY),
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("forecast:Q", title="Forecast", format="+.1%"),
                alt.Tooltip("outcome:Q", title="Outcome", format="+.1%"),
            ],
        )
    )
    return alt.layer(points, _zero(), _zero("x"))
