import csv

import duckdb
import jinja2
import numpy as np
import pytest
from conftest import ROOT

from ml.learning import statistics

DRAWS = 10_000
# Quarters and overlap of a backtest of five years at each horizon, and of shorter and longer ones.
SERIES = [(20, 3), (20, 7), (20, 11), (5, 3), (8, 3), (12, 3), (40, 3), (12, 7), (40, 7), (43, 11)]


def without_skill(quarters, overlap, scale=1.0, quarterly=0.0):
    """Rank ICs of windows that are sums of independent quarters."""
    noise = np.random.default_rng(quarters * 100 + overlap).normal(
        quarterly, scale, (DRAWS, quarters + overlap)
    )
    return np.lib.stride_tricks.sliding_window_view(noise, overlap + 1, axis=1).sum(axis=2)


@pytest.fixture(scope="module")
def ask():
    """Mean, t and p of each of many series, as the macro has them."""
    con = duckdb.connect()
    con.execute(f"create table null_of_t as from '{ROOT}/seeds/null_of_t.csv'")
    macro = (ROOT / "macros" / "statistics" / "overlapping_mean.sql").read_text()
    query = jinja2.Template(macro + "{{ overlapping_mean('windows', 'series', 'ic', 'lap') }}")
    sql = query.render(ref=lambda name: name)

    def run(series, overlap):
        windows = {"series": np.repeat(np.arange(len(series)), series.shape[1])}
        windows |= {"ic": series.ravel(), "lap": np.full(series.size, overlap)}
        con.register("arrays", windows)
        con.execute("create or replace temp table windows as from arrays")
        return con.sql(f"from ({sql}) order by series").fetchnumpy()

    return run


@pytest.mark.parametrize(("quarters", "overlap"), SERIES)
def test_a_true_null_is_rejected_as_often_as_p_says(ask, quarters, overlap):
    p = ask(without_skill(quarters, overlap), overlap)["p"]
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.008)
    assert np.mean(p < 0.01) == pytest.approx(0.01, abs=0.004)
    assert np.mean(p < 0.2) == pytest.approx(0.2, abs=0.015)


@pytest.mark.parametrize(("quarters", "overlap"), SERIES)
def test_sql_and_python_have_the_same_t_and_p(ask, quarters, overlap):
    series = without_skill(quarters, overlap)[:50]
    found = ask(series, overlap)
    t = np.array([statistics.overlapping_t(each, overlap) for each in series])
    assert np.allclose(found["t"], t, rtol=1e-9)
    # Above 40, one number of quarters stands for four.
    tabled = quarters if quarters < 40 else quarters // 4 * 4
    assert np.allclose(found["p"], statistics.chance_of_t(t, tabled, overlap), rtol=0.02)


@pytest.mark.parametrize("overlap", [3, 7, 11])
def test_t_is_never_further_from_zero_than_without_overlap(ask, overlap):
    series = np.random.default_rng(0).normal(0.1, 1, (200, 20))
    plain = series.mean(axis=1) / (series.std(axis=1, ddof=1) / np.sqrt(20))
    assert (np.abs(ask(series, overlap)["t"]) < np.abs(plain)).all()


def test_skill_is_found(ask):
    # Three years of one year's windows: a mean of twice the noise of a quarter.
    p = ask(without_skill(12, 3, quarterly=2.0), 3)["p"]
    assert np.mean(p < 0.05) > 0.9


@pytest.mark.parametrize("quarters", [1, 7, 12])
def test_windows_that_all_overlap_have_no_p(ask, quarters):
    found = ask(without_skill(quarters, 11)[:5], 11)
    assert found["t"].mask.all()
    assert found["p"].mask.all()


def test_the_table_is_what_the_formula_gives():
    with (ROOT / "seeds" / "null_of_t.csv").open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    for overlap, quarters in [(1, 3), (3, 20), (11, 20), (7, 120)]:
        points = np.array(
            [
                (row["t"], row["p"])
                for row in rows
                if (row["overlap"], row["quarters"]) == (overlap, quarters) and row["t"] > 0
            ]
        )
        chances = statistics.chance_of_t(points[:, 0], quarters, overlap)
        assert np.allclose(points[:, 1], chances, rtol=0.01)
