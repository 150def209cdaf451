"""Docs: what the pages, tables and columns mean."""

import os
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard.sidebar import shown_publication

ROOT = Path(__file__).parents[2]
PAGES = """
| Page | What it answers |
|---|---|
| Compare | How did stocks do against SPY, and what is forecast for them? |
| Stock picker | Which stocks are forecast to beat SPY, and why? |
| Ticker | What was forecast for a stock, and what came of it? |
| Models | How good is each model ever trained, and what does it rest on? |
| Backtest | What would it have earned to follow forecasts that knew only the past? |
| Hold-out study | How would the models have forecast a stock that they never saw? |
| SQL | Anything else: one query at a time on the published tables. |
"""
TERMS = """
- **Excess return**: the stock's gross return over that of SPY, less 1. +10 % means that 1 in the
  stock grew to 10 % more than 1 in SPY. Models work with its natural logarithm.
- **Forecast**: the median of the excess return over the horizon chosen, from the sample date.
- **Interval**: 68 or 95 % of outcomes lay within such intervals on the rows that calibrated them.
- **Probability of beating SPY**: that of a positive log excess return, normally distributed.
- **Sample date**: a stock's first trading day on or after the 17th of February, May, August or
  November. A forecast knows nothing that came later.
- **SHAP value**: what a feature adds to a forecast. The values and the bias add up to it.
- **Rank IC**: Spearman correlation of forecasts and outcomes within a quarter.
- **Test block**: the latest labelled dates, kept from the model whose statistics are shown.
"""
CATALOGUE = """
select feature, family, formula, unit, source, reference, direction, in_model
from feature_catalogue
"""
TABLES = """
select table_name as "Table", string_split(comment, chr(10))[1] as "One row"
from duckdb_tables()
where not internal
order by table_name
"""
# What `make docs` writes.
DOCUMENTS = {
    "index.html": ("Save the dbt docs", "dbt_docs.html", "all models, tests and their lineage"),
    "lineage.html": ("Save the lineage of columns", "lineage.html", "what each column is made of"),
}

publication = shown_publication()
st.title("Docs")
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Pages")
    st.markdown(PAGES)
with right:
    st.subheader("Terms")
    st.markdown(TERMS)

st.subheader("Features")
catalogue = publication.query(CATALOGUE)
families = catalogue["family"].unique(maintain_order=True).to_list()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = st.multiselect(
        "Families", families, key="families", bind="query-params", placeholder="All families"
    )
    in_model = st.toggle("Only those in the models", key="in_model", bind="query-params")
features = catalogue.filter(
    pl.col("family").is_in(chosen or families), pl.lit(not in_model) | pl.col("in_model")
)
st.dataframe(
    features,
    hide_index=True,
    height=360,
    column_config={
        "feature": st.column_config.TextColumn("Feature", pinned=True),
        "family": "Family",
        "formula": st.column_config.TextColumn("Formula", width="large"),
        "unit": "Unit",
        "source": "Source",
        "reference": "Reference",
        "direction": st.column_config.NumberColumn(
            "Expected sign", help="Of its relation with later excess returns; 0: none expected."
        ),
        "in_model": st.column_config.CheckboxColumn("In the models"),
    },
)

st.subheader("Tables")
st.dataframe(
    publication.query(TABLES),
    hide_index=True,
    column_config={"Table": st.column_config.TextColumn(width="small")},
)
st.page_link("views/sql.py", label="Columns, with types and meanings", icon=":material/database:")

st.subheader("dbt docs and lineage")
folder = Path(os.environ.get("DBT_TARGET_PATH", ROOT / "target")) / "docs"
if all((folder / name).is_file() for name in DOCUMENTS):
    for name, (label, saved, content) in DOCUMENTS.items():
        st.download_button(
            label,
            (folder / name).read_bytes,
            saved,
            "text/html",
            icon=":material/account_tree:",
            on_click="ignore",
        )
        st.caption(f"One file with {content}; open it in a browser.")
else:
    st.info("The dbt docs have not been generated yet. This command does:")
    st.code("make docs", language="bash")
