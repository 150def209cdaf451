"""The sidebar: which market and publication a page shows, and how old its data is."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import streamlit as st

from dashboard import addresses
from dashboard.formats import day
from dashboard.pointers import PublicationError, find_publications, kept_file, named_file, news
from dashboard.publication import Publication, open_publication
from dashboard.safe_text import escaped

# What the file of a warehouse gets after the name of its market, see profiles.yml.
HASH = re.compile(r"_[0-9a-f]{6}$")
# Days after which `dbt source freshness` warns too, see models/staging/sources.yml.
OLD_PRICES, OLD_STATEMENTS = timedelta(days=5), timedelta(days=120)
AGE = """
select
    (select max(date) from weekly_prices) as prices,
    (select max(date - statement_age_days::integer) from features) as statements,
    (select max(trained_at)::date from model_stats) as trained
"""
ASKED = "asked_publication"


def shown_publication() -> Publication:
    """The publication of the market chosen in the sidebar; ask once a run of a page.

    Where it cannot be shown, the page says why and stops.
    """
    try:
        with st.spinner("The publication is being fetched.", show_time=True):
            pointers = find_publications()
        if said := news():
            st.warning(said)
        with st.sidebar:
            pointer = _market(pointers)
        publication = _publication(pointer)
        with st.sidebar:
            _show_age(publication)
    except PublicationError as error:
        st.error(str(error))
        st.stop()
    return publication


def market_names(markets: Collection[str]) -> dict[str, str]:
    """What people call each market: its name without the hash, where that tells them apart."""
    short = {market: HASH.sub("", market).replace("_", " ") for market in markets}
    names = list(short.values())
    return {market: name if names.count(name) == 1 else market for market, name in short.items()}


def data_age(publication: Publication, today: date) -> list[tuple[str, bool]]:
    """How far the data reaches, in words, each with whether that is old."""
    [(prices, statements, trained)] = publication.query(AGE).iter_rows()
    return [
        (f"prices to {day(prices)}", prices is not None and today - prices > OLD_PRICES),
        (
            f"statements to {day(statements)}",
            statements is not None and today - statements > OLD_STATEMENTS,
        ),
        *((f"loaded {day(loaded)}", False) for loaded in _loaded_at(publication)),
        (f"trained {day(trained)}", False),
    ]


def _loaded_at(publication: Publication) -> list[date]:
    """When the market was loaded, where that is known: not of files that were published before."""
    tables = publication.query("select table_name from duckdb_tables()")["table_name"]
    if "market_loads" not in tables.to_list():
        return []
    [[loaded_at]] = publication.query("select min(loaded_at) from market_loads").rows()
    return [loaded_at] if loaded_at else []


def _market(pointers: dict[str, Path]) -> Path:
    names = market_names(pointers)
    choices = {name: market for market, name in names.items()} | {name: name for name in names}
    addresses.seed("market", choices, next(iter(names)), is_needed=False)
    market = st.selectbox(
        "Market",
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="Choose a market",
        key="market",
        bind="query-params",
        on_change=_choose_market,
    )
    if market is None:
        missing = ", ".join(addresses.unknown("market"))
        raise PublicationError(
            f"The market {escaped(missing)} of this link is not published here: choose another in "
            "the sidebar."
            if missing
            else "Choose a market in the sidebar."
        )
    return pointers[market]


def _choose_market() -> None:
    addresses.forget("market")
    st.session_state[ASKED] = None


def _publication(pointer: Path) -> Publication:
    """What the address names, as long as it is kept; else the newest, and then it says so."""
    # An address is read once: from then on it says what is shown.
    asked = st.session_state.setdefault(ASKED, st.query_params.get("published"))
    newest = named_file(pointer)
    file = kept_file(pointer, asked) if asked else None
    publication = open_publication(file or pointer)
    if st.query_params.get("published") != publication.file.stem:
        st.query_params["published"] = publication.file.stem
    if asked and file is None:
        st.warning(
            f"The link shows {_published(asked)}, which is no longer kept. This is "
            f"{_published(publication.file.stem)}."
        )
    elif file and file != newest:
        st.warning(
            f"The link shows {_published(file.stem)}. The newest is {_published(newest.stem)}."
        )
        if st.button("Show the newest", key="show_newest"):
            st.session_state[ASKED] = None
            st.rerun()
    return publication


def _published(stem: str) -> str:
    try:
        moment = datetime.strptime(stem, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return f"the publication {escaped(stem)}"
    return f"what was published on {day(moment)} at {moment:%H:%M} UTC"


def _show_age(publication: Publication) -> None:
    ages = data_age(publication, datetime.now(UTC).date())
    st.caption(", ".join(f":orange[{text}]" if is_old else text for text, is_old in ages))
