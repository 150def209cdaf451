"""Every term on a page says on hover what it means."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.glossary import TERMS
from tests.dashboard.conftest import VIEWS

PAGES = [
    *["compare", "stock_picker", "ticker", "holdings"],
    *["models", "backtest", "holdout_study"],
]
# Counts and facts of a build, which are no terms.
PLAIN = {"Stocks", "Outcome", "Took", "Tables built", "Tables kept", "Warnings", "Commit"}


@pytest.mark.parametrize("name", PAGES)
def test_terms_explain_themselves(published, monkeypatch, name):
    monkeypatch.setenv("PUBLISHED", str(published))
    app = AppTest.from_file(VIEWS / f"{name}.py", default_timeout=60).run()
    if name == "holdings":
        app.button[0].click().run()
    assert not app.exception
    mute = [m.label for m in app.metric if not m.proto.help and m.label not in PLAIN]
    for frame in app.dataframe:
        for column in json.loads(frame.proto.columns or "{}").values():
            if column.get("label") in TERMS and not column.get("help"):
                mute.append(column["label"])
    assert mute == []
