"""An optional password in front of every page."""

import hmac
import logging
import os
import threading
import time

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

NAME = "DASHBOARD_PASSWORD"
MEMORY = 600  # seconds for which a wrong password counts
DELAY = 0.5  # seconds that each of them delays the next try, of whomever
LONGEST_DELAY = 10.0  # seconds
LOG = logging.getLogger(__name__)


class Failures:
    """Wrong passwords of the last minutes, of all visitors: a guesser may open many sessions."""

    def __init__(self) -> None:
        """None so far."""
        self._times: list[float] = []
        self._lock = threading.Lock()

    def add(self) -> int:
        """Count one more; returns how many there are."""
        with self._lock:
            self._times.append(time.monotonic())
        return self.count()

    def count(self) -> int:
        """How many there are."""
        with self._lock:
            oldest = time.monotonic() - MEMORY
            self._times = [each for each in self._times if each > oldest]
            return len(self._times)

    def delay(self) -> float:
        """Seconds that the next try waits."""
        return min(LONGEST_DELAY, DELAY * self.count())


FAILURES = Failures()


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
        # Before the comparison, so that a quick answer does not tell the right password.
        time.sleep(FAILURES.delay())
        if hmac.compare_digest(entered.encode(), expected.encode()):
            st.session_state["password_accepted"] = True
            st.rerun()
        LOG.warning("Wrong password: %d in the last %d minutes.", FAILURES.add(), MEMORY // 60)
        st.error("That is not the password.")
    st.stop()


def expected_password() -> str:
    """The password that is set; empty where none is."""
    try:
        return os.environ.get(NAME) or str(st.secrets.get(NAME, ""))
    except StreamlitSecretNotFoundError:
        return ""
