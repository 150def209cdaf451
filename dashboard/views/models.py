"""Models: every model ever trained, how good it is and what it rests on."""

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboard import model_charts
from dashboard.build_history import show_builds
from dashboard.charts import show_chart, span
from dashboard.commands import show_command
from dashboard.downloads import show_downloads
from dashboard.formats import day
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizon_buttons
from dashboard.model_metrics import (
    COVERAGE,
    LEVELS,
    METRICS,
    NORMAL_MULTIPLES,
    PREFIXES,
    meaning,
    metric_table,
)
from dashboard.notebook_pages import show_notebook
from dashboard.publication import Publication
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

MODELS = """
select
    *,
    cutoff_date is not null or len(holdout_tickers) > 0 as is_study
from model_stats
order by trained_at desc
"""
# As the macros `sample_anchor` and `spearman` have it: equal values share their mean rank.
RANK_IC = """
with forecasts as (
    unpivot (
        select
            ticker,
            actual,
            date_trunc('quarter', date - interval 16 days - interval 1 month)
            + interval 1 month + interval 16 days as quarter,
            predicted_mean as model,
            ridge_mean as ridge
        from test_predictions
        where model_id = ?
    )
    on model, ridge
    into name forecaster value forecast
),
ranked as (
    select
        quarter,
        forecaster,
        rank() over (partition by forecaster, quarter order by forecast)
        + (count(*) over (partition by forecaster, quarter, forecast) - 1) / 2 as forecast_rank,
        rank() over (partition by forecaster, quarter order by actual)
        + (count(*) over (partition by forecaster, quarter, actual) - 1) / 2 as actual_rank
    from forecasts
)
select
    quarter::date as quarter,
    forecaster,
    case when stddev(forecast_rank) > 0 then corr(forecast_rank, actual_rank) end as value
from ranked
group by all
having count(*) >= 5
order by quarter, forecaster
"""
COLUMNS = """
with described as (
    select * from column_stats where model_id = ?
),
train as (
    select column_name, mean, std from described where split = 'train'
)
select
    described.column_name,
    coalesce(catalogue.family, 'label') as family,
    100 * described.nulls / blocks.row_count as nulls,
    described.distinct_count,
    described.min,
    described.q25,
    described.median,
    described.q75,
    described.max,
    described.mean,
    described.std,
    (described.mean - train.mean) / nullif(train.std, 0) as shift
from described
inner join (select unnest(['train', 'validation', 'test']) as split, unnest(?) as row_count)
    as blocks using (split)
inner join train using (column_name)
left join feature_catalogue as catalogue on described.column_name = catalogue.feature
where split = ?
order by abs(shift) desc nulls last, column_name
"""
IMPORTANCE = """
select feature, family, importance, mean_abs_shap, mean_abs_risk_shap
from feature_importance
left join feature_catalogue using (feature)
where model_id = ?
order by mean_abs_shap desc nulls last, importance desc, feature
"""
# The newest forecast of a few hundred tickers. In a row of the swarm, the contributions that
# fall into the same narrow bin are stacked around the middle.
SWARM = """
with features as (
    select unnest(?) as feature, generate_subscripts(?, 1) as place_of_feature
),
contributions as (
    select ticker_shap.*, place_of_feature
    from ticker_shap
    inner join features using (feature)
    where model_id = ?
    qualify row_number() over (partition by feature, ticker order by date desc) = 1
),
sampled as (
    select * from contributions
    qualify row_number() over (partition by feature order by hash(ticker)) <= 300
),
binned as (
    select
        *,
        floor(shap_value / (max(shap_value) over () - min(shap_value) over ()) * 150) as bin,
        case
            when feature_value is not null
                then percent_rank() over (
                    partition by feature, feature_value is null order by feature_value
                )
        end as place
    from sampled
),
stacked as (
    select
        *,
        row_number() over (partition by feature, bin order by hash(ticker))
        - (count(*) over (partition by feature, bin) + 1) / 2 as steps
    from binned
)
select
    feature,
    ticker,
    date,
    shap_value,
    coalesce(feature_category, printf('%.4g', feature_value), 'unknown') as value,
    place,
    steps / greatest(max(abs(steps)) over (), 1) as height
from stacked
order by place_of_feature, ticker
"""
SECTIONS = ["Accuracy", "Features", "Data", "Parameters", "Notebook"]
SPLITS = ["train", "validation", "test"]
MOST_FEATURES = 20


def show_history(models: pl.DataFrame) -> None:
    """A metric over the time of training, beside the baselines."""
    metric = st.selectbox(
        "Metric on the test block",
        list(METRICS),
        key="metric",
        bind="query-params",
        help=TERMS["Test block"] + " A baseline stands beside each metric.",
    )
    name, _ = METRICS[metric]
    history = pl.concat(
        models.select(
            "trained_at",
            "model_id",
            "is_study",
            pl.lit(forecaster).alias("forecaster"),
            pl.col(f"{prefix}{name}").alias("value"),
        )
        for forecaster, prefix in PREFIXES.items()
        if f"{prefix}{name}" in models.columns
    )
    history = history.drop_nulls("value")
    show_chart(
        model_charts.metric_history(history, metric),
        f"{metric} of each model and of the baselines by day of training, "
        f"{span(history['value'], '.3f')}",
        height=260,
    )


def show_timeline(models: pl.DataFrame) -> None:
    """The blocks that the models were trained, validated and tested on."""
    blocks = pl.concat(
        models.select(
            "model_id",
            pl.lit(split).alias("split"),
            pl.col(f"{split}_from").alias("first_date"),
            pl.col(f"{split}_to").alias("last_date"),
            pl.col(f"{split}_rows").alias("row_count"),
        )
        for split in SPLITS
    )
    show_chart(
        model_charts.split_timeline(blocks),
        "Sample dates of the blocks on which each model was trained, validated and tested",
    )
    st.caption(
        "Between the blocks lies a gap of the horizon, so that no window of one block "
        "overlaps the next. The stored model was then fitted again on all rows."
    )


def show_accuracy(publication: Publication, model: dict[str, Any]) -> None:
    """Metrics, calibration and rank IC on the test block."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("On the test block", help=TERMS["Test block"])
        st.dataframe(
            metric_table(model).with_columns(
                pl.col("Metric").map_elements(meaning, pl.String).alias("What it is")
            ),
            hide_index=True,
            column_config={
                "Ridge": st.column_config.TextColumn(help=TERMS["Ridge"]),
                "Training mean": st.column_config.TextColumn(
                    help="The mean of all labels before, forecast for every stock."
                ),
            },
        )
        st.caption(
            f"{model['test_rows']:,} rows from {day(model['test_from'])} to "
            f"{day(model['test_to'])} that the model never saw. R² below zero: the training mean, "
            "or that every stock does as SPY, forecasts better. p: how often chance alone does as "
            "well, given how windows overlap."
        )
    with right:
        st.subheader("Calibration", help=TERMS["Coverage"])
        curve = publication.query(COVERAGE, LEVELS, NORMAL_MULTIPLES, model["model_id"])
        intervals = pl.DataFrame(
            {
                "level": [0.68, 0.95],
                "covered": [model["test_coverage_68"], model["test_coverage_95"]],
            }
        )
        show_chart(
            model_charts.calibration(curve, intervals),
            "Share of outcomes within intervals, against what the intervals promise: "
            f"{model['test_coverage_68']:.0%} in the 68 % ones, {model['test_coverage_95']:.0%} in "
            "the 95 % ones",
            height=300,
        )
        st.caption(
            "Line: intervals of a normal distribution with the forecast's standard deviation. "
            "Diamonds: the 68 and 95 % intervals shown on the other pages. Below the dashed line "
            "intervals are too narrow."
        )
    st.subheader("Rank IC by quarter", help=TERMS["Rank IC"])
    rank_ic = publication.query(RANK_IC, model["model_id"])
    show_chart(
        model_charts.values_by_quarter(rank_ic, "Rank IC", "+.2f"),
        f"Rank IC of each quarter, by model and by ridge, {span(rank_ic['value'], '+.2f')}",
        height=240,
    )
    t = model["test_rank_ic_t"]
    st.caption(
        "Spearman correlation of forecast and outcome in each sample quarter of the test block. "
        + (
            "No two windows of the test quarters lie apart: too few for a t statistic."
            if t is None
            else f"t statistic of the mean, for windows that overlap: {t:.1f}."
        )
    )


def show_features(publication: Publication, model: dict[str, Any]) -> None:
    """Importance of the features, and what they did to forecasts."""
    features = publication.query(IMPORTANCE, model["model_id"])
    contributing = features.filter(pl.col("mean_abs_shap") > 0)
    if features["mean_abs_shap"].null_count() == features.height:
        st.info("This model was not explained, so it has no SHAP values.")
        show_command(publication, "--select", "ticker_shap+", model_id=model["model_id"])
    charts = {
        "For the forecast": ("mean_abs_shap", "Mean |SHAP|, log return", ".4~f"),
        "For the risk": ("mean_abs_risk_shap", "Mean |SHAP|, log spread", ".4~f"),
        "CatBoost's importance": ("importance", "Percent of all", ".0f"),
    }
    for place, (title, (column, unit, form)) in zip(
        st.columns(len(charts), gap="large"), charts.items(), strict=True
    ):
        most = features.filter(pl.col(column) > 0).sort(column, "feature", descending=[True, False])
        with place:
            st.subheader(title, help=None if column == "importance" else TERMS["SHAP"])
            if most.is_empty():
                st.caption("No feature moves it, or it was not explained.")
            else:
                show_chart(
                    model_charts.importance(most.head(MOST_FEATURES), column, unit, form),
                    f"{title}: {unit} of each feature, the most {most['feature'][0]}",
                )
    st.caption(
        "CatBoost's importance counts what moves the forecast and what moves the risk together, so "
        "it says neither alone."
    )
    if not contributing.is_empty():
        st.subheader("Contributions to the forecasts", help=TERMS["SHAP"])
        names = contributing["feature"].head(15).to_list()
        swarm = publication.query(SWARM, names, names, model["model_id"])
        show_chart(
            model_charts.beeswarm(swarm),
            f"Contributions of {len(names)} features to the forecasts of single stocks, "
            f"{span(swarm['shap_value'], '+.3f')}",
        )
        st.caption(
            "One point a stock, at most 300 of them, at its newest explained forecast. Grey: a "
            "category or an unknown value."
        )


def show_data(publication: Publication, model: dict[str, Any]) -> None:
    """Statistics of each column in a block, and how far it moved since training."""
    split = st.segmented_control(
        "Block", SPLITS, default="test", required=True, key="split", bind="query-params"
    )
    row_counts = [model[f"{name}_rows"] for name in SPLITS]
    columns = publication.query(COLUMNS, model["model_id"], row_counts, split)
    number = st.column_config.NumberColumn(format="compact")
    st.dataframe(
        columns,
        hide_index=True,
        height=560,
        column_config={
            "column_name": st.column_config.TextColumn("Column", pinned=True),
            "family": st.column_config.TextColumn("Family", help=TERMS["Family"]),
            "nulls": st.column_config.NumberColumn("Nulls", format="%.1f %%"),
            "distinct_count": st.column_config.NumberColumn("Distinct", format="localized"),
            **dict.fromkeys(["min", "q25", "median", "q75", "max", "mean", "std"], number),
            "shift": st.column_config.NumberColumn(
                "Shift",
                format="%+.2f",
                help=TERMS["Shift"],
            ),
        },
    )
    show_downloads(columns, f"columns_{split}")
    st.caption(
        "`actual` is the label. Sorted by how far the mean has moved since the training block."
    )


def show_parameters(model: dict[str, Any]) -> None:
    """What the fit was asked to do, and with what."""
    left, middle, right = st.columns(3, gap="large")
    with left:
        st.subheader("Model", help=f"Weight of the data: {TERMS['Weight of the data']}")
        facts = {
            "Trained": f"{model['trained_at']:%d %b %Y %H:%M} UTC",
            "Took": f"{model['training_seconds']:.0f} s",
            "Rows": f"{model['num_rows']:,}",
            "Tickers": f"{model['num_tickers']:,}",
            "Features": f"{model['num_cols']:,}",
            "Trees": f"{model['trees']:,} of at most {model['steps']:,}",
            "Seed": str(model["seed"]),
            "Weight of the data": f"{model['data_weight']:.2f}",
            "Market ends": day(model["market_end"]),
            "As of": day(model["cutoff_date"]),
            "Left out": escaped(", ".join(model["holdout_tickers"])) or "-",
            "Fingerprint": model["fingerprint"][:12],
        }
        st.table(facts, border="horizontal")
    with middle:
        st.subheader("Parameters")
        st.json(json.loads(model["params"]))
    with right:
        st.subheader("Libraries")
        st.json(json.loads(model["library_versions"]))


publication = shown_publication()
st.title("Models")
models = publication.query(MODELS)
with st.container(horizontal=True, vertical_alignment="bottom"):
    horizon = horizon_buttons(publication)
    with_studies = st.toggle("With studies", key="studies", bind="query-params")
shown = models.filter(pl.col("pred_col") == horizon, pl.lit(with_studies) | ~pl.col("is_study"))
if shown.is_empty():
    st.info("No model of this horizon was trained on all tickers and dates. Show studies too.")
    st.stop()
left, right = st.columns(2, gap="large")
with left:
    show_history(shown)
with right:
    st.markdown(
        "Blocks of rows",
        help="  \n".join(
            f"{name}: {TERMS[f'{name} block']}" for name in ("Training", "Validation", "Test")
        ),
    )
    show_timeline(shown.head(8))
with st.container(horizontal=True, vertical_alignment="bottom"):
    model_id = st.selectbox(
        "Model", shown["model_id"].to_list(), key="model", bind="query-params", width=360
    )
    section = st.segmented_control(
        "About it",
        SECTIONS,
        default="Accuracy",
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
model = shown.row(by_predicate=pl.col("model_id") == model_id, named=True)
if section == "Accuracy":
    show_accuracy(publication, model)
elif section == "Features":
    show_features(publication, model)
elif section == "Data":
    show_data(publication, model)
elif section == "Parameters":
    show_parameters(model)
else:
    show_notebook(publication, model)
show_builds(publication)
