"""What the pages say of the forecasts follows from the statistics."""

import polars as pl
import pytest

from dashboard import verdict
from dashboard.reasons import change_reasons, reasons

STATS = {
    "rank_ic": 0.05,
    "rank_ic_p": 0.2,
    "rank_ic_p_deflated": 1.0,
    "variants_tried": 110,
    "coverage_68": 0.70,
    "coverage_95": 0.94,
}
COVERAGE = [
    *({"grouped_by": "year", "group_name": "2020", "coverage_68": each} for each in (0.6, 0.8)),
    *(
        {"grouped_by": "predicted_std", "group_name": name, "realised_std": each}
        for name, each in (("low", 0.2), ("middle", 0.3), ("high", 0.4))
    ),
]


def judged(differences=(0.1, -0.1, 0.2, None, 0.1), coverage=COVERAGE, **changed) -> dict:
    """The judgements of a backtest, by what they are of."""
    judgements = verdict.backtested(STATS | changed, differences, coverage)
    return {each.of: each for each in judgements}


def test_a_verdict_says_what_to_treat_as_weak_and_what_as_sound():
    judgements = list(judged().values())
    assert verdict.advice(judgements) == "Treat ranks as weak, intervals as sound, risk as sound."
    assert judgements[0].reason == (
        "Of the last 4 years' forecasts the better half beat the worse half in 3; "
        "rank IC +0.05, p = 0.20."
    )
    assert judgements[1].reason == (
        "The 68 % intervals held 70% of outcomes (60% to 80% by year), the 95 % ones 94%."
    )


@pytest.mark.parametrize(
    ("rank_ic", "p", "deflated", "word"),
    [
        (0.05, 0.2, 1.0, "weak"),
        (0.2, 0.01, 0.6, "promising at best"),
        (0.3, 0.0001, 0.01, "sound"),
        (-0.3, 0.0001, 0.01, "misleading"),
        (0.3, None, None, "unproven"),
        (None, None, None, "unproven"),
    ],
)
def test_ranks_are_sound_only_beyond_chance_and_beyond_the_variants_tried(
    rank_ic, p, deflated, word
):
    ranks = judged(rank_ic=rank_ic, rank_ic_p=p, rank_ic_p_deflated=deflated)["ranks"]
    assert ranks.word == word
    assert ("110 variants" in ranks.reason) == (p is not None and p <= 0.05)


@pytest.mark.parametrize(
    ("coverage_68", "coverage_95", "word"),
    [
        (0.73, 0.975, "sound"),
        (0.731, 0.95, "roughly right"),
        (0.59, 0.92, "roughly right"),
        (0.57, 0.95, "too narrow"),
        (0.68, 0.89, "too wide"),
        (0.80, 0.99, "too wide"),
    ],
)
def test_intervals_are_sound_where_they_hold_what_they_promise(coverage_68, coverage_95, word):
    assert judged(coverage_68=coverage_68, coverage_95=coverage_95)["intervals"].word == word


@pytest.mark.parametrize(
    ("realised", "word"),
    [((0.2, 0.3, 0.4), "sound"), ((0.31, 0.32, 0.34), "weak"), ((0.2, 0.5, 0.4), "weak")],
)
def test_risk_is_sound_where_volatile_stocks_are_told_from_calm_ones(realised, word):
    thirds = [
        {"grouped_by": "predicted_std", "group_name": name, "realised_std": each}
        for name, each in zip(("low", "middle", "high"), realised, strict=True)
    ]
    assert judged(coverage=thirds)["risk"].word == word


def test_where_forecasts_are_all_alike_no_half_is_better():
    assert "differ too little" in judged(differences=[None, None])["ranks"].reason


def test_without_a_backtest_nothing_is_proven():
    model = {
        "test_rank_ic": 0.1,
        "test_rank_ic_p": None,
        "test_coverage_68": 0.7,
        "test_coverage_95": 0.9,
    }
    judgements = verdict.untested(model)
    assert verdict.advice(judgements) == "Treat ranks as unproven, intervals as unproven."
    assert "No backtest" in judgements[0].reason
    assert "too few quarters" in judgements[0].reason


def test_why_a_stock_is_high_is_said_in_words():
    families = pl.DataFrame(
        {
            "ticker": ["A", "A", "A", "A", "B"],
            "family": ["value", "momentum", "growth", "category", "risk"],
            "amount": [1.14, -0.5, 0.4, 0.2, -0.01],
            "driver": ["earnings_yield", "high_12m_ratio", "revenue_growth", "sector", "beta_12m"],
            "category": [None, None, None, "Oil & Gas", None],
            "place": [0.9, 0.1, 0.5, None, None],
        }
    )
    assert reasons(families) == {
        "A": "value +1.1 (high earnings yield), growth +0.4 (middling revenue growth), "
        "category +0.2 (sector Oil \\& Gas); "
        "against it momentum -0.5 (low price to its 12-month high)",
        "B": "",
    }


def test_what_changed_a_forecast_is_said_in_words():
    changes = pl.DataFrame(
        {
            "ticker": ["A", "A", "A"],
            "driver": ["pe_ratio", "earnings_yield", "bias"],
            "place": [None, 0.4, None],
            "earlier_place": [None, 0.75, None],
            "amount": [0.2, -0.14, 0.01],
        }
    )
    assert change_reasons(changes) == {
        "A": "P/E ratio +0.2, earnings yield (place 75% to 40%) -0.1, "
        "what holds for all stocks +0.01"
    }
