"""What the address of a page holds: every choice made on it, and what it asks for in vain."""

import contextlib
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.publication import Publication

UNKNOWN = "unknown_"


def seed(
    key: str,
    choices: dict[str, Any],
    default: Any,
    *,
    is_needed: bool = True,
    most: int | None = None,
) -> None:
    """Give a widget that is bound to the address, before it is drawn, what it begins with.

    The widget gets no default of its own: Streamlit would leave that out of the address, and a
    link would show something else as soon as the default changes.

    Args:
        key: of the widget and in the address.
        choices: what there is to choose, by its text in the address, upper and lower case alike;
            of several texts the first is how the widget writes it.
        default: where the address asks for nothing; a list where several can be chosen.
        is_needed: whether the default also stands in for something unknown.
        most: how many can be chosen, where several can.
    """
    if key in st.session_state:
        return
    asked = [text for text in st.query_params.get_all(key) if text]
    folded = {text.casefold(): choice for text, choice in choices.items()}
    found = {text: choices.get(text, folded.get(text.casefold())) for text in asked}
    known = [choice for choice in found.values() if choice is not None]
    st.session_state[UNKNOWN + key] = [text for text, choice in found.items() if choice is None]
    if isinstance(default, list):
        chosen = list(dict.fromkeys(known))[:most] if key in st.query_params else default
        st.session_state[key] = chosen
    else:
        one = known[-1] if known else None if asked and not is_needed else default
        chosen = [] if one is None else [one]
        st.session_state[key] = one
    spelt = {choice: text for text, choice in reversed(choices.items())}
    texts = [spelt[choice] for choice in chosen]
    context = get_script_run_ctx()
    if texts and asked != texts and context:
        with contextlib.suppress(StreamlitAPIException):  # bound on the page before this one
            st.query_params[key] = texts
            # Else Streamlit takes the first address, and drops what is spelt otherwise in it.
            with context.session_state.query_params() as parameters:
                parameters.set_initial_query_params_from_current()


def unknown(key: str) -> list[str]:
    """What the address asked for and `seed` did not find, until something else is chosen."""
    return st.session_state.get(UNKNOWN + key, [])


def forget(key: str) -> None:
    """Say no longer what was unknown: for `on_change` of the widget."""
    st.session_state[UNKNOWN + key] = []


def link(page: str, publication: Publication, **choices: str | list[str]) -> str:
    """Address of a page that shows this publication, whatever is published later.

    Args:
        page: its name.
        publication: what the link shows.
        choices: what is chosen on the page, by key.
    """
    named = {"market": publication.market, "published": publication.file.stem, **choices}
    return f"{page}?{urlencode(named, doseq=True, safe='', quote_via=quote)}"
