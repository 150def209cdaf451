"""The entry: password, navigation, then the page that was asked for."""

from pathlib import Path

import streamlit as st

from dashboard.accessibility import make_accessible
from dashboard.password import require_password
from dashboard.pointers import PublicationError

PAGES = {
    "Overview": {
        "start": ("Start", ":material/home:"),
        "track_record": ("Track record", ":material/fact_check:"),
        "trust": ("Trust", ":material/verified_user:"),
    },
    "Stocks": {
        "compare": ("Compare", ":material/show_chart:"),
        "stock_picker": ("Stock picker", ":material/filter_list:"),
        "ticker": ("Ticker", ":material/candlestick_chart:"),
        "holdings": ("Holdings", ":material/account_balance_wallet:"),
    },
    "Models": {
        "models": ("Models", ":material/model_training:"),
        "backtest": ("Backtest", ":material/history:"),
        "holdout_study": ("Hold-out study", ":material/science:"),
    },
    "Warehouse": {
        "sql": ("SQL", ":material/database:"),
        "docs": ("Docs", ":material/menu_book:"),
    },
}
# Not named "pages": Streamlit would open a direct link to a page there without this entry, and so
# without the password.
FOLDER = Path(__file__).with_name("views")

st.set_page_config(page_title="Stock forecasts", page_icon="📈", layout="wide")
st.html("<style>.stMainBlockContainer {padding-top: 3rem; padding-bottom: 4rem}</style>")
make_accessible()
sections = {
    section: [
        st.Page(FOLDER / f"{name}.py", title=title, icon=icon, url_path=name)
        for name, (title, icon) in pages.items()
        if (FOLDER / f"{name}.py").is_file()
    ]
    for section, pages in PAGES.items()
}
require_password()
page = st.navigation({section: pages for section, pages in sections.items() if pages})
try:
    page.run()
except PublicationError as error:
    st.error(str(error))
