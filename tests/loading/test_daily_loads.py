"""A load of every day asks only for what moved."""

from datetime import UTC, date, datetime

from tests.loading.conftest import SATURDAY_MORNING
from tests.loading.server import Stock

MONDAY = date(2026, 3, 9)
TUESDAY = date(2026, 3, 10)
TUESDAY_MORNING = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)
LISTS = [
    "/docs/tiingo/daily/supported_tickers.zip",
    "/tiingo/fundamentals/meta",
    "/tiingo/daily/prices",
    "/tiingo/daily/SPY/prices?startDate=2025-01-01",
]


def after(load, market, now, moment, day) -> list[str]:
    """What is asked for then, beside the lists."""
    market.today = day
    now.moment = moment
    code, said, asked = load("--plan", "power")
    assert code == 0, said
    assert asked[: len(LISTS)] == LISTS
    return [request.split("?")[0] for request in asked[len(LISTS) :]]


def test_a_day_without_events_is_one_request_for_all_prices(load, market, now):
    load("--plan", "power")
    assert after(load, market, now, TUESDAY_MORNING, MONDAY) == []


def test_on_a_weekend_nothing_is_asked_for(load, now):
    load("--plan", "power")
    now.moment = SATURDAY_MORNING.replace(day=8)
    assert load("--plan", "power")[2] == []


def test_a_split_or_dividend_moves_the_whole_history(load, market, now):
    market.stocks[1].splits[MONDAY] = 2.0
    market.stocks[2].dividends[MONDAY] = 0.5
    load("--plan", "power")
    assert after(load, market, now, TUESDAY_MORNING, MONDAY) == [
        "/tiingo/daily/US000000000001/prices",
        "/tiingo/daily/US000000000002/prices",
    ]
    # It is there now.
    assert load("--plan", "power")[2] == []


def test_a_missed_day_moves_all_that_are_listed(load, market, now):
    load("--plan", "power")
    moved = after(load, market, now, TUESDAY_MORNING.replace(day=11), TUESDAY)
    # Not the former two: nothing is to come of them.
    listed = (1, 2, 3, 6)
    assert moved == [f"/tiingo/daily/US00000000000{key}/prices" for key in listed]


def test_statements_are_asked_for_where_they_were_updated(load, market, now):
    load("--plan", "power")
    market.stocks[3].statements_at = "2026-03-09T22:00:00.000Z"
    market.today, now.moment = MONDAY, TUESDAY_MORNING
    _, _, asked = load("--plan", "power")
    # 200 days before the load that had them last, from which copies are dropped.
    path = "/tiingo/fundamentals/US000000000003/statements?startDate=2025-08-19"
    assert asked[len(LISTS) :] == [f"{path}&asReported=true", path]


def test_market_values_are_asked_for_once_a_week(load, market, now):
    load("--plan", "power")
    moved = after(load, market, now, SATURDAY_MORNING.replace(day=14), date(2026, 3, 13))
    assert sum(path.endswith("/daily") for path in moved) == 6


def test_prices_of_the_evening_are_not_settled(load, market, now):
    # 21:00 in UTC is the close in New York, or an hour after it.
    load("--plan", "power")
    evening = datetime(2026, 3, 9, 21, 30, tzinfo=UTC)
    market.today, now.moment = MONDAY, evening
    # All that was settled by then is there already.
    assert load("--plan", "power")[2] == []
    assert after(load, market, now, TUESDAY_MORNING, MONDAY) == []


def test_a_stock_that_left_is_asked_for_once_more(load, market, now):
    load("--plan", "power")
    market.stocks[1].is_active, market.stocks[1].last = False, date(2026, 3, 6)
    now.moment, market.today = TUESDAY_MORNING, MONDAY
    assert load("--plan", "power")[0] == 0
    market.stocks[2].is_active, market.stocks[2].last = False, MONDAY
    moved = after(load, market, now, TUESDAY_MORNING.replace(day=11), TUESDAY)
    assert moved == ["/tiingo/daily/US000000000002/prices"]
    assert after(load, market, now, TUESDAY_MORNING.replace(day=12), date(2026, 3, 11)) == []


def test_a_symbol_that_changed_hands_takes_no_prices_of_the_other(load, market, now):
    """FB becomes META, and a fund takes the symbol: the history comes anew, by permaTicker."""
    load("--plan", "power")
    market.stocks[6].ticker = "META"
    market.stocks.append(Stock("FB", "FB", asset_type="ETF", exchange="BATS"))
    moved = after(load, market, now, TUESDAY_MORNING, MONDAY)
    assert moved == ["/tiingo/daily/US000000000006/prices"]
