"""The joint forecast of several stocks, from the forecast of each and how they move together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class JointForecast:
    """A portfolio's excess growth, taken as log-normal.

    Attributes:
        mean: of its log.
        std: of its log.
        risk_shares: (n,) share of the portfolio's variance that each holding accounts for.
        quantiles: of standardised errors, 199 of them, from 0.5 to 99.5 %.
    """

    mean: float
    std: float
    risk_shares: Floats
    quantiles: Floats

    @property
    def median_return(self) -> float:
        """Excess return that it stays below as often as above, as a share."""
        return float(np.exp(self.mean) - 1)

    def bound(self, percent: float) -> float:
        """Excess return that it stays below in so many of a hundred cases, as a share."""
        return float(np.exp(self.mean + self.quantiles[round(2 * percent) - 1] * self.std) - 1)

    @property
    def chance_of_beating_spy(self) -> float:
        """As `latest_forecasts` has it for each stock."""
        below = np.count_nonzero(self.quantiles <= -self.mean / self.std)
        return float(1 - (below + 0.5) / 200)


def joint_forecast(
    weights: Floats,
    means: Floats,
    stds: Floats,
    correlations: Floats,
    quantiles: Sequence[float],
) -> JointForecast:
    """The log-normal with the mean and variance of what the holdings grow to, bought and held.

    Each holding's excess growth is exp(X), X normal. So E = sum w e, with e = exp(m + s²/2), and
    V = sum w w' e e' (exp(r s s') - 1) over all pairs; the portfolio's log has variance
    ln(1 + V / E²) and mean ln E less half of it (Fenton, The sum of log-normal probability
    distributions, 1960). A portfolio of one stock has that stock's forecast.

    Args:
        weights: (n,), adding up to one.
        means: (n,) of the log excess returns.
        stds: (n,) of the log excess returns.
        correlations: (n, n) of the log excess returns.
        quantiles: of the model's standardised errors.
    """
    growth = weights * np.exp(means + stds**2 / 2)
    covariances = np.outer(growth, growth) * np.expm1(correlations * np.outer(stds, stds))
    expected, variance = growth.sum(), covariances.sum()
    log_variance = np.log1p(variance / expected**2)
    return JointForecast(
        mean=float(np.log(expected) - log_variance / 2),
        std=float(np.sqrt(log_variance)),
        risk_shares=covariances.sum(axis=1) / variance,
        quantiles=np.asarray(quantiles, dtype=np.float64),
    )


def correlation_matrix(tickers: Sequence[str], pairs: Sequence[tuple[str, str, float]]) -> Floats:
    """Correlations as a matrix, in the order of the tickers.

    Args:
        tickers: n of them.
        pairs: two tickers and their correlation, in either order. Pairs that lack, because they
            share too short a history, take the mean of the others.
    """
    places = {ticker: place for place, ticker in enumerate(tickers)}
    known = [correlation for _, _, correlation in pairs]
    matrix = np.full((len(tickers), len(tickers)), float(np.mean(known)) if known else 0.0)
    for one, other, correlation in pairs:
        matrix[places[one], places[other]] = matrix[places[other], places[one]] = correlation
    np.fill_diagonal(matrix, 1.0)
    return matrix
