import pytest
from conftest import REAL_MARKET

pytestmark = pytest.mark.skipif(
    not REAL_MARKET.is_dir(), reason="the real market is not on this machine"
)


def test_the_whole_real_market_builds(project):
    project.build(steps=200, market="../shared/market")
    [(tickers, horizons)] = project.query(
        "select count(distinct ticker), count(distinct pred_col) from latest_forecasts"
    )
    assert tickers > 280
    assert horizons == 3
    [(labels,)] = project.query("select count(excess_return_ln_36m) from excess_returns")
    assert labels > 9_000
