"""Commands that pages offer: of the market that is shown, ready to paste."""

import json
import shlex
from datetime import date

import streamlit as st

from dashboard.build_history import run_history
from dashboard.publication import Publication

# Of one build alone: whoever asks for another study wants these no more.
OF_ONE_BUILD = [
    "cutoff_date",
    "holdout_tickers",
    "shap_since",
    "model_id",
    "backtest_folds",
    "holdout_groups",
    "retrain",
    "keep_builds",
    "compute",
]
# What run_history puts for the folders of an absolute path.
HIDDEN = "…/"
NEWEST_STEPS = """
select max(steps) from model_stats
where cutoff_date is null and len(holdout_tickers) = 0
group by training_date
order by training_date desc
limit 1
"""


def market_vars(publication: Publication) -> dict[str, object]:
    """The vars with which the publication was built, but for those of one build alone."""
    runs = run_history(publication)
    published = runs.filter(
        runs["node"].str.ends_with(".published") & (runs["status"] == "success")
    ).sort("invoked_at")
    known = published if not published.is_empty() else runs.sort("invoked_at")
    settings: dict[str, object] = json.loads(known["vars"][-1] or "{}") if known.height else {}
    for [steps] in publication.query(NEWEST_STEPS).iter_rows():
        settings["steps"] = steps
    return {name: value for name, value in settings.items() if name not in OF_ONE_BUILD}


def dbt_command(publication: Publication, *arguments: str, **settings: object) -> str:
    """`dbt build` of the market that is shown, with these vars besides its own."""
    named = {**market_vars(publication), **settings}
    texts = ", ".join(f"{name}: {_yaml(value)}" for name, value in named.items())
    return " ".join(
        ["dbt build", *map(shlex.quote, arguments), "--vars", shlex.quote(f"{{{texts}}}")]
    )


def show_command(publication: Publication, *arguments: str, **settings: object) -> None:
    """Show `dbt_command`, and what of it has to be filled in."""
    command = dbt_command(publication, *arguments, **settings)
    st.code(command, language="bash", wrap_lines=True)
    if HIDDEN in command:
        st.caption(
            f"`{HIDDEN}` stands for folders that are not published: write out the path of the "
            "market before you run it."
        )


def offer_backtest(publication: Publication) -> None:
    """Say that a horizon has no backtest, and which command runs one."""
    st.info("No backtest of this horizon has been run. This command runs one over five years:")
    show_command(publication, backtest_folds=5)


def _yaml(value: object) -> str:
    # Text in double quotes is text in YAML too, whatever it looks like: the ticker ON is no flag.
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
