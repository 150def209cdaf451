"""The choice of a horizon, which most pages offer and the URL holds."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.formats import HORIZONS


def horizon_buttons() -> str:
    """Label column of the horizon chosen, from buttons side by side."""
    return st.segmented_control(
        "Horizon",
        list(HORIZONS),
        default="excess_return_ln_12m",
        required=True,
        format_func=HORIZONS.__getitem__,
        key="horizon",
        bind="query-params",
    )


def horizon_box(place: DeltaGenerator) -> str:
    """Label column of the horizon chosen, from a list in `place`."""
    return place.selectbox(
        "Horizon",
        list(HORIZONS),
        format_func=HORIZONS.__getitem__,
        key="horizon",
        bind="query-params",
    )
