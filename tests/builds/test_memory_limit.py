"""What DuckDB may take follows from the market's size, unless somebody says otherwise."""

import jinja2
import pytest
from conftest import ROOT

MACRO = (ROOT / "macros" / "engine" / "memory" / "limit_memory.sql").read_text()


def statement(target: dict, environment: dict[str, str], **settings: object) -> str:
    """What the hook runs, with two threads and 30 million prices in an own market."""
    answers = {"select current_setting('threads')": 2}
    return (
        jinja2.Environment()
        .from_string(MACRO + "{{ limit_memory() }}")
        .render(
            target=target,
            execute=True,
            var={"market": "simulated", **settings}.get,
            env_var=environment.get,
            run_query=lambda sql: {"rows": [[answers.get(sql, 30_000_000)]]},
        )
        .strip()
    )


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        # 2 x 250 + 350: 252 x 300 x 15 = 1,134,000 prices ask for less, 318 MB.
        ({"simulated_tickers": 300, "simulated_years": 15}, "850MB"),
        # 2 x 125 + 604.8: 252 x 2,000 x 20 = 10,080,000 prices of 60 bytes.
        ({"simulated_tickers": 2000, "simulated_years": 20}, "854MB"),
        ({"market": "mine"}, "2050MB"),
    ],
)
def test_the_limit_follows_from_threads_and_prices(settings, limit):
    assert statement({}, {}, **settings) == f"set memory_limit = '{limit}'"


def test_an_own_limit_is_obeyed():
    size = {"simulated_tickers": 300, "simulated_years": 15}
    own = {"MEMORY_LIMIT": "7GB"}
    for place in ("settings", "config_options"):
        for name in ("memory_limit", "max_memory"):
            assert statement({place: {name: "3GB"}}, {}, **size) == ""
    assert statement({"settings": {"memory_limit": "3GB"}}, own, **size) == (
        "set memory_limit = '7GB'"
    )
