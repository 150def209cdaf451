"""Hold-out study: how models forecast a ticker that they never saw."""

from datetime import date

import streamlit as st

from dashboard import model_charts
from dashboard.charts import show_chart, span
from dashboard.commands import show_command
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizon_buttons
from dashboard.model_metrics import log_bound
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

STUDIES = """
select ticker, pred_col, model_id, max(trained_at) as trained_at
from holdout_forecasts
group by all
order by ticker, trained_at desc
"""
FORECASTS = f"""
select
    holdout_forecasts.date,
    exp(predicted_mean) - 1 as unseen,
    exp(seen_predicted_mean) - 1 as seen,
    exp(actual) - 1 as outcome,
    exp({log_bound(16)}) - 1 as lower,
    exp({log_bound(84)}) - 1 as upper
from holdout_forecasts
inner join model_stats using (model_id)
where ticker = ? and holdout_forecasts.pred_col = ? and model_id = ?
order by holdout_forecasts.date
"""
SUMMARY = """
with forecasts as (
    select 'never saw the ticker' as model, predicted_mean as forecast, false as in_training, *
    from holdout_forecasts
    union all
    select 'had seen the ticker', seen_predicted_mean, in_seen_training, *
    from holdout_forecasts
)
select
    model,
    count(*) as outcomes,
    avg(in_training::integer) as share_in_training,
    corr(forecast, actual) as correlation,
    sqrt(avg((forecast - actual) ^ 2)) as rmse,
    avg(forecast) as mean_forecast,
    avg(actual) as mean_outcome
from forecasts
where ticker = ? and pred_col = ? and model_id = ? and actual is not null
group by model
order by model desc
"""
EXPLAINED_SINCE = date(2005, 1, 1)

publication = shown_publication()
st.title("Hold-out study")
studies = publication.query(STUDIES)
if studies.is_empty():
    [[example]] = publication.query("select min(ticker) from latest_forecasts").rows()
    st.info("No study has been run. This command trains all models without a ticker:")
    show_command(publication, holdout_tickers=[example or "NVDA"], shap_since=EXPLAINED_SINCE)
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tickers = studies["ticker"].unique(maintain_order=True).to_list()
    ticker = st.selectbox("Ticker", tickers, key="ticker", bind="query-params", width=160)
    horizon = horizon_buttons(publication)
    models = studies.filter(ticker=ticker, pred_col=horizon)["model_id"].to_list()
    model_id = st.selectbox("Study", models, key="study", bind="query-params", width=360)
if not models:
    st.info("This ticker was not left out at this horizon.")
    st.stop()
forecasts = publication.query(FORECASTS, ticker, horizon, model_id)
known = forecasts.drop_nulls("outcome")
left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader(f"{escaped(ticker)} by sample date")
    show_chart(
        model_charts.held_out_history(forecasts),
        f"Forecasts of {ticker} with it and without it, and outcomes, {span(known['outcome'])}, by "
        "sample date",
        height=360,
    )
    st.caption("Band: 68 % interval of the forecast by the model that never saw the ticker.")
with right:
    st.subheader("Forecast against outcome")
    show_chart(
        model_charts.forecast_against_outcome(known),
        f"Forecasts of {ticker} against outcomes; the table below has their correlation",
        height=360,
    )

st.dataframe(
    publication.query(SUMMARY, ticker, horizon, model_id),
    hide_index=True,
    column_config={
        "model": "Model",
        "outcomes": "Outcomes known",
        "share_in_training": st.column_config.NumberColumn(
            "Of them in its training", format="percent"
        ),
        "correlation": st.column_config.NumberColumn(
            "Correlation with outcome", format="%+.2f", help="1: in step, 0: unrelated."
        ),
        "rmse": st.column_config.NumberColumn(
            "RMSE (log excess return)", format="%.3f", help=TERMS["RMSE"]
        ),
        "mean_forecast": st.column_config.NumberColumn("Mean forecast (log)", format="%+.3f"),
        "mean_outcome": st.column_config.NumberColumn("Mean outcome (log)", format="%+.3f"),
    },
)
st.caption(
    "Where the model that had seen the ticker does much better, it remembers. The study leaves out "
    "a ticker, not a time: both models know what became of other stocks on the same dates."
)
st.markdown("Another study:")
[[example]] = publication.query(
    "select min(ticker) from latest_forecasts where ticker <> ?", ticker
).rows()
show_command(publication, holdout_tickers=[example or ticker], shap_since=EXPLAINED_SINCE)
