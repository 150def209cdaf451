"""From the normal distribution of a log excess return to the excess return itself.

For ln X ~ N(μ, σ²): E[X] = exp(μ + σ²/2) and SD[X] = E[X]·√(exp(σ²) - 1), while exp(μ) is the
median (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, 1994, ch. 14).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean_return(mean_ln: Floats, std_ln: Floats) -> Floats:
    """Expected excess return, as a share: 0.1 is 10 % more than SPY's gross return. Shape (n,)."""
    return np.expm1(mean_ln + std_ln**2 / 2)


def std_return(mean_ln: Floats, std_ln: Floats) -> Floats:
    """Standard deviation of the excess return, as a share. Shape (n,)."""
    return np.exp(mean_ln + std_ln**2 / 2) * np.sqrt(np.expm1(std_ln**2))
