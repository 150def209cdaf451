import numpy as np
import polars as pl
import pytest

from ml.learning.prior import (
    LEVEL_STD,
    LOWEST_IC,
    PRIOR_IC,
    PRIOR_IC_STD,
    FactorScore,
    credibility,
    expected_ic,
    expected_level,
)


def test_an_unknown_score_counts_as_average():
    panel = pl.DataFrame({"value_score": [0.3, -0.3, None], "momentum_score": [0.2, 0.2, 0.1]})
    # Sums 0.5, -0.1 and 0.1, of mean 1/6; squared deviations of 100, 64 and 4 in 900.
    expected = np.array([10, -8, -2]) / 30 / np.sqrt(168 / 900 / 3)
    assert np.allclose(FactorScore.of(panel, ["value_score", "momentum_score"])(panel), expected)


def test_rows_that_do_not_differ_have_no_score():
    for values, names in [([0.2, 0.2], ["value_score"]), ([0.2, 0.1], [])]:
        panel = pl.DataFrame({"value_score": values})
        assert not FactorScore.of(panel, names)(panel).any()


def test_credibility_is_a_half_after_k_windows():
    # 50 windows whose variance, 0.02, shows 49 / 50 of the true one.
    assert credibility(0.02 * 49 / 50, 0.02 / 50, 50) == pytest.approx(0.5)
    assert credibility(0.02 * 49 / 50, 0.02 / 50 * 3, 50) == pytest.approx(0.75)


def test_one_window_shows_nothing():
    assert credibility(0.02, 0.01, 1) == 0
    # One and a half show three times their variance: 1.5 / (1.5 + 0.06 / 0.01).
    assert credibility(0.02, 0.01, 1.5) == pytest.approx(0.2)


def test_the_literature_is_moved_as_far_as_windows_are_credible():
    # Variance 0.02; 11 windows: k = 0.02 x 1.1 / 0.03².
    weight = 11 / (11 + 0.02 * 1.1 / PRIOR_IC_STD**2)
    found = expected_ic(np.array([0.2, 0.0]), 11)
    assert found == pytest.approx(PRIOR_IC + weight * (0.1 - PRIOR_IC))
    assert expected_ic(np.array([-0.9, -0.91]), 11) == LOWEST_IC
    assert expected_ic(np.array([0.2]), 11) == PRIOR_IC


def test_half_of_all_stocks_are_expected_to_beat_spy_before_any_data():
    assert expected_level(np.array([0.3]), 0.02, 5, 12) == -0.02
    # Variance 0.02 of the quarters' means 0.1 and 0.3; over two years twice the deviation.
    weight = 11 / (11 + 0.02 * 1.1 / (2 * LEVEL_STD) ** 2)
    found = expected_level(np.array([0.1, 0.3]), 0.02, 11, 24)
    assert found == pytest.approx(-0.02 + weight * 0.22)
