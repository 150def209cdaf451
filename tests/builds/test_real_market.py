from conftest import needs_real_market

pytestmark = needs_real_market


def test_the_whole_real_market_builds(project):
    project.build(steps=20, market="../shared/market")
    [(tickers, horizons)] = project.query(
        "select count(distinct ticker), count(distinct pred_col) from latest_forecasts"
    )
    assert tickers > 280
    assert horizons == 3
    [(labels,)] = project.query("select count(excess_return_ln_36m) from excess_returns")
    assert labels > 9_000
