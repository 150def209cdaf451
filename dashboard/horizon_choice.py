"""The horizons there are, and the choice of one, which most pages offer and the URL holds."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import addresses, stock_queries
from dashboard.glossary import TERMS
from dashboard.publication import Publication
from dashboard.safe_text import escaped


def horizons(publication: Publication) -> dict[str, str]:
    """Name of each horizon that a model was trained for, by label column, shortest first."""
    models = publication.query(
        "select distinct pred_col, horizon_months from model_stats order by horizon_months"
    )
    return {pred_col: f"{months} months" for pred_col, months in models.iter_rows()}


def horizon_buttons(publication: Publication) -> str:
    """Label column of the horizon chosen, from buttons side by side."""
    names = _offered(publication)
    chosen = st.segmented_control(
        "Horizon",
        list(names),
        required=True,
        format_func=names.__getitem__,
        key="horizon",
        bind="query-params",
        on_change=addresses.forget,
        args=("horizon",),
        help=TERMS["Horizon"],
    )
    return chosen or next(iter(names))


def horizon_box(publication: Publication, place: DeltaGenerator) -> str:
    """Label column of the horizon chosen, from a list in `place`."""
    names = _offered(publication)
    chosen = place.selectbox(
        "Horizon",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="horizon",
        bind="query-params",
        on_change=addresses.forget,
        args=("horizon",),
        help=TERMS["Horizon"],
    )
    return chosen or next(iter(names))


def say_data_weight(publication: Publication, pred_col: str) -> None:
    """Beside a forecast: where it rests on the literature alone."""
    if stock_queries.data_weight(publication, pred_col) == 0:
        st.info(
            "At this horizon what the trees learned of returns did not hold up in later years, so "
            "it has no weight: the forecast is what the literature expects of value, "
            "profitability, investment and momentum. How wide the intervals are, the trees say."
        )


def _offered(publication: Publication) -> dict[str, str]:
    names = horizons(publication)
    first = next(iter(names))
    addresses.seed("horizon", {name: column for column, name in names.items()}, first)
    for text in addresses.unknown("horizon"):
        st.warning(f"No model forecasts over {escaped(text)}: this is {names[first]}.")
    return names
