"""The horizons there are, and the choice of one, which most pages offer and the URL holds."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.publication import Publication


def horizons(publication: Publication) -> dict[str, str]:
    """Name of each horizon that a model was trained for, by label column, shortest first."""
    models = publication.query(
        "select distinct pred_col, horizon_months from model_stats order by horizon_months"
    )
    return {pred_col: f"{months} months" for pred_col, months in models.iter_rows()}


def horizon_buttons(publication: Publication) -> str:
    """Label column of the horizon chosen, from buttons side by side."""
    names = horizons(publication)
    return st.segmented_control(
        "Horizon",
        list(names),
        default=next(iter(names)),
        required=True,
        format_func=names.__getitem__,
        key="horizon",
        bind="query-params",
    )


def horizon_box(publication: Publication, place: DeltaGenerator) -> str:
    """Label column of the horizon chosen, from a list in `place`."""
    names = horizons(publication)
    return place.selectbox(
        "Horizon",
        list(names),
        format_func=names.__getitem__,
        key="horizon",
        bind="query-params",
    )
