"""An optional password in front of every page."""

import hmac
import os

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

NAME = "DASHBOARD_PASSWORD"


def require_password() -> None:
    """Stop the run until the password is given; do nothing where none is set.

    It is set in environment variable DASHBOARD_PASSWORD, or under that name in Streamlit's
    secrets.
    """
    expected = expected_password()
    if not expected or st.session_state.get("password_accepted"):
        return
    with st.form("password", width=360):
        entered = st.text_input("Password", type="password")
        submitted = st.form_submit_button("Open")
    if submitted:
        if hmac.compare_digest(entered.encode(), expected.encode()):
            st.session_state["password_accepted"] = True
            st.rerun()
        st.error("That is not the password.")
    st.stop()


def expected_password() -> str:
    """The password that is set; empty where none is."""
    try:
        return os.environ.get(NAME) or str(st.secrets.get(NAME, ""))
    except StreamlitSecretNotFoundError:
        return ""
