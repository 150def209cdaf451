"""How far to trust the forecasts, in words: pure functions of what the statistics say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.formats import signed

SIGNIFICANT = 0.05
# How far the share of outcomes within an interval may be from what it promises.
SOUND = {68: 0.05, 95: 0.025}
ROUGH = {68: 0.10, 95: 0.05}
# How much more volatile stocks must have scattered than calm ones, to be told apart.
TOLD_APART = 1.2


@dataclass(frozen=True)
class Judgement:
    """What one side of the forecasts is worth.

    Attributes:
        of: what is judged, as `ranks`.
        word: how to treat it, as `weak`.
        reason: a sentence with the figures that it rests on.
    """

    of: str
    word: str
    reason: str


def backtested(
    stats: dict[str, Any], differences: Sequence[float | None], coverage: list[dict[str, Any]]
) -> list[Judgement]:
    """Judge by a backtest: ranks, intervals, and whether risky stocks are told from calm ones.

    Args:
        stats: a row of `backtest_stats`.
        differences: by year, what the better half of the forecasts made less the worse half.
        coverage: the backtest's rows of `backtest_coverage`.
    """
    return [
        Judgement("ranks", _ranks(stats), _halves(stats, differences)),
        Judgement(
            "intervals",
            _intervals(stats["coverage_68"], stats["coverage_95"]),
            _coverage(stats, [row for row in coverage if row["grouped_by"] == "year"]),
        ),
        *_risk([row for row in coverage if row["grouped_by"] == "predicted_std"]),
    ]


def untested(model: dict[str, Any]) -> list[Judgement]:
    """Judge by the test block of the listed model alone, where no backtest was run.

    Args:
        model: its row of `model_stats`.
    """
    rank_ic, p = model["test_rank_ic"], model["test_rank_ic_p"]
    figure = (
        "too few stocks for a rank IC"
        if rank_ic is None
        else f"a rank IC of {signed(rank_ic, 2)}{_chance(p)}"
    )
    return [
        Judgement(
            "ranks",
            "unproven",
            "No backtest of this horizon was run, so nobody knows how the forecasts of several "
            f"years did. The one test block gives {figure}.",
        ),
        Judgement(
            "intervals",
            "unproven",
            f"On that block the 68 % intervals held {model['test_coverage_68']:.0%} of outcomes, "
            f"the 95 % ones {model['test_coverage_95']:.0%}.",
        ),
    ]


def advice(judgements: Sequence[Judgement]) -> str:
    """All of it in a clause: `Treat ranks as weak, intervals as roughly right.`."""
    parts = ", ".join(f"{each.of} as {each.word}" for each in judgements)
    return f"Treat {parts}."


def past_in_words(past: pl.DataFrame) -> str:
    """How often past forecasts of a stock came true: median_return, lower_68, upper_68, outcome."""
    known = past.drop_nulls("outcome")
    if known.is_empty():
        return "No window of these forecasts has ended."
    within = known.filter(pl.col("outcome").is_between("lower_68", "upper_68")).height
    sides = known.filter((pl.col("outcome") > 0) == (pl.col("median_return") > 0)).height
    return (
        f"Of {known.height} forecasts whose windows have ended, {within} had their outcome within "
        f"the 68 % interval ({within / known.height:.0%}), and {sides} were on the right side of "
        "SPY. Windows overlap, so these are far fewer independent trials."
    )


def _ranks(stats: dict[str, Any]) -> str:
    rank_ic, p, deflated = stats["rank_ic"], stats["rank_ic_p"], stats["rank_ic_p_deflated"]
    if rank_ic is None or p is None:
        return "unproven"
    if p > SIGNIFICANT:
        return "weak"
    if rank_ic < 0:
        return "misleading"
    return "sound" if deflated <= SIGNIFICANT else "promising at best"


def _halves(stats: dict[str, Any], differences: Sequence[float | None]) -> str:
    known = [difference for difference in differences if difference is not None]
    won = sum(difference > 0 for difference in known)
    years = "year's" if len(known) == 1 else f"{len(known)} years'"
    halves = (
        f"Of the last {years} forecasts the better half beat the worse half in {won}"
        if known
        else "The forecasts of the backtest differ too little for a better and a worse half"
    )
    if stats["rank_ic"] is None:
        return f"{halves}. There are too few stocks for a rank IC."
    tried = ""
    if stats["rank_ic_p"] is not None and stats["rank_ic_p"] <= SIGNIFICANT:
        tried = (
            f"; after {stats['variants_tried']} variants tried at most "
            f"{stats['rank_ic_p_deflated']:.2f}"
        )
    return f"{halves}; rank IC {signed(stats['rank_ic'], 2)}{_chance(stats['rank_ic_p'])}{tried}."


def _chance(p: float | None) -> str:
    if p is None:
        return ", of too few quarters to tell it from chance"
    return ", p < 0.01" if p < 0.01 else f", p = {p:.2f}"


def _intervals(coverage_68: float, coverage_95: float) -> str:
    # To what is shown, so that 73.0 % counts as that.
    off = {68: round(coverage_68 - 0.68, 3), 95: round(coverage_95 - 0.95, 3)}
    if all(abs(off[level]) <= SOUND[level] for level in off):
        return "sound"
    if all(abs(off[level]) <= ROUGH[level] for level in off):
        return "roughly right"
    return "too narrow" if off[68] < 0 else "too wide"


def _coverage(stats: dict[str, Any], years: list[dict[str, Any]]) -> str:
    shares = [year["coverage_68"] for year in years]
    by_year = f" ({min(shares):.0%} to {max(shares):.0%} by year)" if len(shares) > 1 else ""
    return (
        f"The 68 % intervals held {stats['coverage_68']:.0%} of outcomes{by_year}, "
        f"the 95 % ones {stats['coverage_95']:.0%}."
    )


def _risk(thirds: list[dict[str, Any]]) -> list[Judgement]:
    realised = {row["group_name"]: row["realised_std"] for row in thirds}
    if len(realised) < 3:
        return []
    low, middle, high = realised["low"], realised["middle"], realised["high"]
    return [
        Judgement(
            "risk",
            "sound" if low < middle < high and high >= TOLD_APART * low else "weak",
            "Outcomes of the thirds forecast to be calm, middling and volatile scattered by "
            f"{low:.2f}, {middle:.2f} and {high:.2f} (log excess return).",
        )
    ]
