import numpy as np
import polars as pl
import pytest

from ml.prior import PRIOR_IC_STD, credibility, factor_score


def test_an_unknown_score_counts_as_average():
    panel = pl.DataFrame({"value_score": [0.3, -0.3, None], "momentum_score": [0.1, -0.1, 0.0]})
    # Sums 0.4, -0.4 and 0; their mean is 0 and their standard deviation 0.4 x sqrt(2 / 3).
    expected = np.array([1.0, -1.0, 0.0]) / np.sqrt(2 / 3)
    assert np.allclose(factor_score(panel, ["value_score", "momentum_score"]), expected)


def test_rows_that_do_not_differ_have_no_score():
    assert not factor_score(pl.DataFrame({"value_score": [0.2, 0.2]}), ["value_score"]).any()
    assert not factor_score(pl.DataFrame({"value_score": [0.2, 0.1]}), []).any()


def test_credibility_is_a_half_after_k_windows():
    # Rank ICs of 0.1 and -0.1 have a variance of 0.02: k = 0.02 / 0.02² = 50 windows.
    k = 0.02 / PRIOR_IC_STD**2
    assert credibility(np.array([0.1, -0.1]), k) == pytest.approx(0.5)
    assert credibility(np.array([0.1, -0.1]), k / 4) == pytest.approx(0.2)


def test_one_date_shows_nothing_of_how_windows_differ():
    assert credibility(np.array([0.1]), 10) == 0
