"""Charts of the pages about stocks: functions of frames, readable on light and dark."""

import altair as alt
import polars as pl

from dashboard.axes import AXIS_NUMBER, AXIS_PERCENT, DAY, date_axis, growth_axis
from dashboard.formats import PERCENT, readable
from dashboard.model_charts import QUIET, Layers

UP, DOWN = "#3f9b73", "#d0604c"
MOST_LABELS = 12
LEAST_POINTS = 0.005


def relative_prices(
    history: pl.DataFrame, fans: pl.DataFrame, levels: list[int], height: int = 430
) -> Layers:
    """Excess return over SPY since the start, and from the forecast's date on what is forecast.

    Args:
        history: ticker, date, excess_return.
        fans: ticker, date, median_return, and lower_ and upper_ of each level, all since the
            start; the first row of a ticker is where its forecast begins.
        levels: intervals to show, of 68 and 95 (%).
        height: in pixels.
    """
    color = alt.Color(
        "ticker:N", title=None, legend=alt.Legend(orient="top", symbolOpacity=1, offset=8)
    )
    date = alt.X("date:T", title=None, axis=date_axis(pl.concat([history["date"], fans["date"]])))
    scale = alt.Scale(type="log", nice=False)
    shown = [f"{end}_{level}" for end in ("lower", "upper") for level in levels]
    grown = [1 + value for name in shown for value in fans[name]] or [1.0]
    grown += (1 + history["excess_return"]).to_list()
    axis = growth_axis(min(grown), max(grown))

    def growth(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title="Excess return over SPY", scale=scale, axis=axis)

    past = history.with_columns(growth=1 + pl.col("excess_return"))
    bounds = [f"{end}_{level}" for level in (68, 95) for end in ("lower", "upper")]
    ahead = fans.with_columns(
        pl.col("median_return", *bounds).add(1).name.prefix("growth_"),
    )
    spy = alt.Chart(pl.DataFrame({"growth": [1.0]})).encode(y=growth("growth"))
    tooltip = [
        alt.Tooltip("ticker:N", title="Ticker"),
        alt.Tooltip("date:T", title="Forecast for", format=DAY),
        alt.Tooltip("median_return:Q", title="Median since the start", format=PERCENT),
        *[
            alt.Tooltip(f"{end}_{level}:Q", title=f"{level} %, {name}", format=PERCENT)
            for level in sorted(levels)
            for end, name in (("lower", "low"), ("upper", "high"))
        ],
    ]
    layers: list[alt.Chart] = []
    for level in sorted(levels, reverse=True):
        layers.append(
            alt.Chart(ahead)
            .mark_area(opacity=0.1 if level == 95 else 0.22)
            .encode(
                x=date,
                y=growth(f"growth_lower_{level}"),
                y2=f"growth_upper_{level}",
                color=color,
                tooltip=tooltip,
            )
        )
    layers.append(
        alt.Chart(past)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=date,
            y=growth("growth"),
            color=color,
            tooltip=[
                alt.Tooltip("ticker:N", title="Ticker"),
                alt.Tooltip("date:T", title="Last trading day", format=DAY),
                alt.Tooltip("excess_return:Q", title="Excess return", format=PERCENT),
            ],
        )
    )
    forecast = alt.Chart(ahead).encode(
        x=date,
        y=growth("growth_median_return"),
        color=color,
        tooltip=tooltip,
    )
    layers += [
        forecast.mark_line(strokeDash=[5, 3]),
        forecast.mark_point(filled=True, size=45),
        spy.mark_rule(color=QUIET, strokeDash=[4, 3], aria=False),
    ]
    return alt.layer(*layers).properties(height=height)


def waterfall_steps(contributions: pl.DataFrame, by_family: bool, most: int) -> pl.DataFrame:
    """The bars of a waterfall: the bias, the strongest contributions, the others, the forecast.

    Args:
        contributions: of one forecast: driver, family, shap_value, place, value, bias and
            predicted_mean, as `opened_explanations` has them; none of zero.
        by_family: whether to add up the drivers of a family.
        most: how many contributions get bars of their own.

    Returns:
        label, identifier, start, end, amount, kind and right (the larger of start and end), in
        order.
    """
    bias, forecast = contributions.select("bias", "predicted_mean").row(0)
    if by_family:
        parts = contributions.group_by(identifier="family").agg(
            label=pl.format("{} ({})", pl.col("family").first(), pl.len()),
            amount=pl.col("shap_value").sum(),
        )
    else:
        place = (pl.col("place") * 100).round(0).cast(pl.Int64).cast(pl.String) + " %"
        name = pl.col("driver").map_elements(readable, pl.String)
        parts = contributions.select(
            identifier="driver",
            label=pl.concat_str(
                name, pl.lit(" · ") + pl.coalesce(place, "value"), ignore_nulls=True
            ),
            amount="shap_value",
        )
    parts = parts.sort(pl.col("amount").abs(), "label", descending=[True, False])
    rest = parts[most:]
    rows = [("", "bias", bias), *parts[:most].select("identifier", "label", "amount").rows()]
    if not rest.is_empty():
        rows.append(("", f"{rest.height} others", rest["amount"].sum()))
    steps = pl.DataFrame(rows, schema=["identifier", "label", "amount"], orient="row").with_columns(
        end=pl.col("amount").cum_sum()
    )
    steps = steps.with_columns(
        start=pl.col("end") - pl.col("amount"),
        kind=pl.when(pl.col("label") == "bias")
        .then(pl.lit("total"))
        .when(pl.col("amount") < 0)
        .then(pl.lit("down"))
        .otherwise(pl.lit("up")),
    )
    total = pl.DataFrame(
        {"identifier": [""], "label": ["forecast"], "amount": [forecast], "end": [forecast]}
    )
    total = total.with_columns(start=pl.lit(0.0), kind=pl.lit("total"))
    return pl.concat([steps, total.select(steps.columns)]).with_columns(
        right=pl.max_horizontal("start", "end")
    )


def waterfall(steps: pl.DataFrame, limits: tuple[float, float], width: int = 190) -> Layers:
    """From the bias, over the contributions, to the forecast.

    Args:
        steps: as `waterfall_steps` has them.
        limits: of the axis, percent points; alike in charts that stand side by side.
        width: room for the labels, in pixels.
    """
    order = steps["label"].to_list()
    base = alt.Chart(steps).encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=width, ticks=False, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Step"),
            alt.Tooltip("identifier:N", title="Called"),
            alt.Tooltip("amount:Q", title="Percent points", format="+.2f"),
        ],
    )
    scale = alt.Scale(domain=list(limits), nice=False)
    bars = base.mark_bar(height={"band": 0.72}, clip=True).encode(
        x=alt.X(
            "start:Q",
            title="Percent points",
            scale=scale,
            axis=alt.Axis(format=AXIS_NUMBER, tickCount=3),
        ),
        x2=alt.X2("end:Q"),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["up", "down", "total"], range=[UP, DOWN, QUIET]),
            legend=None,
        ),
    )
    amounts = base.mark_text(align="left", dx=4, color=QUIET, fontSize=11).encode(
        x=alt.X("right:Q", scale=scale), text=alt.Text("amount:Q", format="+.2f")
    )
    return (bars + amounts).properties(height=24 * steps.height + 60)


def strongest(
    drivers: pl.DataFrame, column: str, title: str, up: str = UP, down: str = DOWN, most: int = 10
) -> alt.Chart:
    """The drivers that count most, as bars to either side.

    Args:
        drivers: as `opened_drivers` has them.
        column: `shap_value` or `risk_shap_value`.
        title: of the axis.
        up: colour of what adds; down: of what takes away.
        down: see up.
        most: how many.
    """
    frame = (
        drivers.filter(pl.col(column).abs() >= 0.005)
        .sort(pl.col(column).abs(), "driver", descending=[True, False])
        .head(most)
        .with_columns(
            name=pl.col("driver").map_elements(readable, pl.String),
            kind=pl.when(pl.col(column) < 0).then(pl.lit("down")).otherwise(pl.lit("up")),
            place_text=(pl.col("place") * 100).round(0).cast(pl.Int64).cast(pl.String) + " %",
        )
    )
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=2, height={"band": 0.72})
        .encode(
            y=alt.Y(
                "name:N",
                sort=frame["name"].to_list(),
                title=None,
                axis=alt.Axis(labelLimit=220, ticks=False, labelOverlap=False),
            ),
            x=alt.X(f"{column}:Q", title=title, axis=alt.Axis(format=AXIS_NUMBER, tickCount=5)),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=["up", "down"], range=[up, down]), legend=None
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Driver"),
                alt.Tooltip("driver:N", title="Called"),
                alt.Tooltip("formula:N", title="What it is"),
                alt.Tooltip("value:N", title="Value"),
                alt.Tooltip("place_text:N", title="Rank"),
                alt.Tooltip(f"{column}:Q", title=title, format="+.2f"),
            ],
        )
        .properties(height=24 * frame.height + 60)
    )
    return chart


def past_forecasts(past: pl.DataFrame, height: int = 330) -> Layers:
    """Forecasts by sample date with their 68 % intervals, and what came of them.

    Args:
        past: date, median_return, lower_68, upper_68 and outcome, of one source; shares.
        height: in pixels.
    """
    date = alt.X("date:T", title="Sample date", axis=date_axis(past["date"]))
    title = "Excess return over the horizon"
    axis = alt.Axis(format=AXIS_PERCENT)
    named = past.with_columns(forecast=pl.lit("Forecast"), came=pl.lit("Outcome"))
    color = alt.Scale(domain=["Forecast", "Outcome"])
    tooltip = [
        alt.Tooltip("date:T", title="Sample date", format=DAY),
        alt.Tooltip("median_return:Q", title="Forecast", format=PERCENT),
        alt.Tooltip("lower_68:Q", title="68 %, low", format=PERCENT),
        alt.Tooltip("upper_68:Q", title="68 %, high", format=PERCENT),
        alt.Tooltip("outcome:Q", title="Outcome", format=PERCENT),
    ]
    base = alt.Chart(named).encode(x=date)
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("lower_68:Q", title=title, axis=axis),
        y2=alt.Y2("upper_68:Q"),
        color=alt.Color(
            "forecast:N", scale=color, title=None, legend=alt.Legend(orient="top", symbolOpacity=1)
        ),
    )
    forecast = base.mark_line(point=True).encode(
        y=alt.Y("median_return:Q", title=title),
        color=alt.Color("forecast:N", scale=color),
        tooltip=tooltip,
    )
    outcome = base.mark_line(point=True).encode(
        y=alt.Y("outcome:Q", title=title), color=alt.Color("came:N", scale=color), tooltip=tooltip
    )
    zero = alt.Chart(pl.DataFrame({"y": [0]})).mark_rule(color=QUIET, strokeDash=[4, 3], aria=False)
    return alt.layer(band, forecast, outcome, zero.encode(y=alt.Y("y"))).properties(height=height)


def drivers(contributions: pl.DataFrame, height: int = 330) -> alt.Chart:
    """Contributions by feature family and sample date, stacked.

    Args:
        contributions: date, family, shap_value (log).
        height: in pixels.
    """
    points = contributions.with_columns(
        points=100 * pl.col("shap_value"), day=pl.col("date").cast(pl.Date).cast(pl.String)
    ).filter(pl.col("points").abs().sum().over("family") >= LEAST_POINTS)
    days = contributions["date"].cast(pl.Date).cast(pl.String).unique().sort()
    # A label each, where they fit; else every second, third and so on.
    shown = days.gather_every(-(-len(days) // MOST_LABELS)).to_list()
    return (
        alt.Chart(points)
        .mark_bar()
        .encode(
            x=alt.X(
                "day:O",
                title="Sample date",
                scale=alt.Scale(domain=days.to_list()),
                axis=alt.Axis(
                    values=shown,
                    labelExpr="timeFormat(toDate(datum.value + 'T12:00'), '%b %Y')",
                    labelAngle=0 if len(shown) <= MOST_LABELS / 2 else -45,
                ),
            ),
            y=alt.Y("sum(points):Q", title="Percent points", axis=alt.Axis(format=AXIS_NUMBER)),
            color=alt.Color("family:N", title=None, legend=alt.Legend(orient="top", columns=4)),
            tooltip=[
                alt.Tooltip("date:T", title="Sample date", format=DAY),
                alt.Tooltip("family:N", title="Feature family"),
                alt.Tooltip("points:Q", title="Percent points", format="+.2f"),
            ],
        )
        .properties(height=height)
    )


def families(contributions: pl.DataFrame) -> alt.Chart:
    """What each feature family adds to a portfolio, beside all stocks.

    Args:
        contributions: family, held, all_stocks; percent points.
    """
    names = {"held": "These holdings", "all_stocks": "All stocks"}
    long = contributions.unpivot(
        list(names), index="family", variable_name="of", value_name="points"
    ).with_columns(pl.col("of").replace_strict(names))
    chart: alt.Chart = (
        alt.Chart(long)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            y=alt.Y(
                "family:N",
                title=None,
                sort=contributions["family"].to_list(),
                axis=alt.Axis(labelLimit=160, ticks=False, labelOverlap=False),
            ),
            yOffset=alt.YOffset("of:N", sort=list(names.values())),
            x=alt.X(
                "points:Q", title="Percent points", axis=alt.Axis(format=AXIS_NUMBER, tickCount=5)
            ),
            color=alt.Color(
                "of:N", title=None, sort=list(names.values()), legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("family:N", title="Family"),
                alt.Tooltip("of:N", title="Of"),
                alt.Tooltip("points:Q", title="Percent points", format="+.2f"),
            ],
        )
        .properties(height=150 + 30 * contributions.height)
    )
    return chart


def price_and_excess(history: pl.DataFrame, height: int = 300) -> Layers:
    """What a stock returned, alone and beside SPY.

    Args:
        history: date, measure (`price` or `excess`), growth; one of each at the start.
        height: in pixels.
    """
    names = {"price": "Return", "excess": "Excess return"}
    named = history.with_columns(pl.col("measure").replace_strict(names))
    growth = history["growth"].to_list()
    lines = (
        alt.Chart(named)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("date:T", title=None, axis=date_axis(history["date"])),
            y=alt.Y(
                "growth:Q",
                title="Since the start",
                scale=alt.Scale(type="log", nice=False),
                axis=growth_axis(min(growth), max(growth)),
            ),
            color=alt.Color(
                "measure:N",
                title=None,
                sort=list(names.values()),
                legend=alt.Legend(orient="top", symbolOpacity=1),
            ),
            tooltip=[
                alt.Tooltip("date:T", title="Last trading day", format=DAY),
                alt.Tooltip("measure:N", title=" "),
                alt.Tooltip("return:Q", title="Since the start", format=PERCENT),
            ],
        )
        .transform_calculate(**{"return": "datum.growth - 1"})
    )
    start = alt.Chart(pl.DataFrame({"growth": [1.0]})).encode(y=alt.Y("growth:Q"))
    return alt.layer(lines, start.mark_rule(color=QUIET, strokeDash=[4, 3], aria=False)).properties(
        height=height
    )


def what_if_curves(curves: pl.DataFrame, chosen: pl.DataFrame, height: int = 280) -> Layers:
    """Forecast by the rank of each ratio that is moved, the others as chosen.

    Args:
        curves: ratio (as people say it), rank (0 to 1), median (share).
        chosen: ratio, rank, median: where the sliders stand.
        height: in pixels.
    """
    base = alt.Chart(curves).encode(
        x=alt.X(
            "rank:Q",
            title="Rank among all stocks",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", tickCount=5),
        ),
        y=alt.Y(
            "median:Q",
            title="Median excess return",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=AXIS_PERCENT, tickCount=5),
        ),
        color=alt.Color("ratio:N", title=None, legend=alt.Legend(orient="top", labelLimit=260)),
        tooltip=[
            alt.Tooltip("ratio:N", title="Ratio"),
            alt.Tooltip("rank:Q", title="Rank", format=".0%"),
            alt.Tooltip("median:Q", title="Forecast", format="+.2%"),
        ],
    )
    points = (
        alt.Chart(chosen)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x=alt.X("rank:Q"), y=alt.Y("median:Q"), color=alt.Color("ratio:N"))
    )
    return alt.layer(base.mark_line(interpolate="step-after"), points).properties(height=height)
