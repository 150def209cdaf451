"""Charts can be read at their default size, whatever the data."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from dashboard import axes, charts, model_charts, start_charts, stock_charts, trust_charts

LEVELS = {f"{end}_{level}": [0.1, 0.2] for level in (68, 95) for end in ("lower", "upper")}


def encodings(spec: dict) -> list[dict]:
    """Of every layer, from the outside in."""
    inner = [found for layer in spec.get("layer", []) for found in encodings(layer)]
    return [spec.get("encoding", {}), *inner]


def test_every_chart_is_said_in_words():
    folder = Path(charts.__file__).parent
    silent = [file.stem for file in folder.rglob("*.py") if "st.altair_chart(" in file.read_text()]
    assert silent == ["charts"]


def test_the_span_of_values_leaves_out_what_is_unknown():
    assert charts.span(pl.Series([0.081, None, -0.031])) == "from -3.1% to +8.1%"
    assert charts.span(pl.Series([], dtype=pl.Float64)) == "unknown"


def test_a_swarm_has_room_for_each_feature():
    features = [f"feature_{number}" for number in range(4)]
    frame = pl.DataFrame(
        {
            "feature": features,
            "ticker": "A",
            "date": date(2026, 1, 1),
            "shap_value": 0.1,
            "value": "1",
            "place": 0.5,
            "height": 0.0,
        }
    )
    # Legend and axis take about 100 pixels of what Streamlit is told.
    assert model_charts.beeswarm(frame).to_dict()["height"] >= 100 + 24 * len(features)


def test_the_axis_of_wealth_ends_where_wealth_does_and_has_few_labels():
    frame = pl.DataFrame(
        {
            "date": [date(2025, 1, 1), date(2026, 1, 1)],
            "portfolio": "decile_1",
            "wealth": [0.9, 1.6],
            "decile": 1,
        }
    )
    [axis, *_] = [e["y"] for e in encodings(model_charts.wealth(frame).to_dict()) if "y" in e]
    assert axis["scale"]["domain"] == [0.9, 1.6]
    assert axis["axis"]["values"] == [1, 1.2, 1.4, 1.6]


@pytest.mark.parametrize(
    ("least", "most", "some"),
    [(0.2, 4, [0.5, 1, 2]), (0.97, 1.02, [0.98, 1, 1.02]), (1.001, 1.009, [1.002, 1.004])],
)
def test_growth_has_ticks_however_small_it_is(least, most, some):
    ticks = axes.growth_ticks(least, most)
    assert set(some) <= set(ticks)
    assert sum(least <= tick <= most for tick in ticks) >= 3


def test_dates_have_years_and_no_two_ticks_one_label():
    days = pl.Series([date(2026, 1, 1), date(2026, 3, 1)])
    short = axes.date_axis(days).to_dict()
    assert short["format"] == "%-d %b %Y"
    assert [tick["month"] for tick in short["values"]] == [1, 3]
    weeks = pl.date_range(date(2026, 1, 1), date(2026, 6, 1), "1w", eager=True)
    assert axes.date_axis(weeks).to_dict()["format"] == "%-d %b %Y"
    years = pl.date_range(date(2016, 1, 1), date(2026, 6, 1), "1mo", eager=True)
    assert axes.date_axis(years).to_dict()["format"] == "%b %Y"


def test_no_axis_has_a_fixed_number_of_decimals():
    """It would repeat a label where values lie close together."""
    for module in (model_charts, stock_charts):
        source = Path(module.__file__).read_text()
        fixed = re.findall(r'Axis\([^()]*format="[^"]*\.\d[^"]*"', source)
        assert [axis for axis in fixed if ".0%" not in axis] == []
    # Without a precision, Vega takes one for the number of ticks that was asked for.
    for form in (axes.AXIS_NUMBER, axes.AXIS_PERCENT):
        assert re.fullmatch(r"\+\.[46]~[f%]", form)


def test_models_of_one_day_have_one_tick_and_room_on_both_sides():
    frame = pl.DataFrame(
        {
            "trained_at": [datetime(2026, 1, 2, hour, tzinfo=UTC) for hour in (1, 5)],
            "model_id": ["a", "b"],
            "is_study": False,
            "forecaster": "model",
            "value": [0.1, 0.2],
        }
    )
    chart = model_charts.metric_history(frame, "Rank IC").to_dict()
    [axis, *_] = [e["x"] for e in encodings(chart) if isinstance(e.get("x"), dict)
                  and "scale" in e["x"]]  # fmt: skip
    assert [tick["date"] for tick in axis["axis"]["values"]] == [2]
    assert [end["date"] for end in axis["scale"]["domain"]] == [1, 3]


def test_drivers_over_time_label_at_most_a_dozen_dates():
    dates = pl.date_range(date(2016, 2, 17), date(2026, 2, 17), "3mo", eager=True)
    frame = pl.DataFrame({"date": dates, "family": "value", "shap_value": 0.001})
    axis = stock_charts.drivers(frame).to_dict()["encoding"]["x"]["axis"]
    assert 6 <= len(axis["values"]) <= 12
    assert "%b %Y" in axis["labelExpr"]


def test_no_line_leads_from_a_study_to_another_model():
    frame = pl.DataFrame(
        {
            "trained_at": [datetime(2026, 1, 1, tzinfo=UTC)] * 2,
            "model_id": ["a", "b"],
            "is_study": [False, True],
            "forecaster": "model",
            "value": [0.1, 0.2],
        }
    )
    for layer in model_charts.metric_history(frame, "Rank IC").to_dict()["layer"]:
        is_line = layer["mark"]["type"] == "line"
        without_studies = {"filter": "!datum.is_study"} in layer.get("transform", [])
        assert is_line == without_studies


def test_the_band_of_compare_says_returns_in_words():
    fans = pl.DataFrame(
        {"ticker": "A", "date": [date(2026, 1, 1)] * 2, "median_return": [0.1, 0.2], **LEVELS}
    )
    history = pl.DataFrame({"ticker": ["A"], "date": date(2026, 1, 1), "excess_return": 0.1})
    layers = stock_charts.relative_prices(history, fans, [68, 95]).to_dict()["layer"]
    bands = [layer for layer in layers if layer["mark"]["type"] == "area"]
    assert len(bands) == 2
    for band in bands:
        titles = [tooltip["title"] for tooltip in band["encoding"]["tooltip"]]
        assert titles[:3] == ["Ticker", "Forecast for", "Median since the start"]
        assert not any(re.search("growth|_", title) for title in titles)


def test_the_axis_of_drivers_repeats_no_label():
    drivers = pl.DataFrame(
        {
            "driver": ["book_to_market", "momentum_1m"],
            "shap_value": [0.011, -0.02],
            "value": ["1", None],
            "place": [0.4, None],
            "formula": "f",
        }
    )
    chart = stock_charts.strongest(drivers, "shap_value", "Percent points").to_dict()
    assert chart["encoding"]["x"]["axis"]["format"] == axes.AXIS_NUMBER
    assert chart["encoding"]["y"]["sort"] == ["Momentum 1 month", "Book to market"]


def test_small_differences_between_sectors_stay_pale_and_every_horizon_is_named():
    frame = pl.DataFrame(
        {
            "sector": ["Energy", "Utilities", "Energy", "Utilities"],
            "horizon": ["12 months", "12 months", "24 months", "24 months"],
            "months": [12, 12, 24, 24],
            "annual_return": [0.001, 0.002, 0.001, -0.001],
            "stocks": 1,
            "chance": 0.5,
            "lower_68": -0.1,
            "upper_68": 0.1,
        }
    )
    found = encodings(start_charts.sector_map(frame, "12 months").to_dict())
    [scale] = [each["color"]["scale"] for each in found if "color" in each]
    assert scale["domain"] == [-0.02, 0, 0.02]
    for axis in (each[side]["axis"] for each in found for side in "xy" if side in each):
        assert axis["labelOverlap"] is False
    assert found[1]["y"]["sort"] == ["Utilities", "Energy"]


def test_intervals_of_chances_end_within_their_chart():
    frame = pl.DataFrame(
        {
            "tenth": [1, 10],
            "chance": [0.45, 0.55],
            "came": [0.4, 0.6],
            "lower_95": [0.005, None],
            "upper_95": [0.7, None],
            "forecasts": 10,
        }
    )
    found = encodings(trust_charts.reliability(frame).to_dict())
    domains = [each["y"]["scale"]["domain"] for each in found if "y" in each]
    assert domains
    assert all(domain == [0, 0.72] for domain in domains)
