"""What Tiingo answers when something is amiss, and what a load makes of it."""

import os

import pytest

from tests.loading.conftest import SATURDAY_MORNING, bodies
from tests.loading.server import TOKEN

PRICES_OF_A = "/tiingo/daily/US000000000001/prices"
PRICES_OF_B = "/tiingo/daily/US000000000002/prices"
STATEMENTS_OF_A = "/tiingo/fundamentals/US000000000001/statements"


def test_a_first_load_asks_for_each_thing_once(load, server, now):
    code, said, asked = load()
    assert code == 0
    # List, companies, all tickers, SPY; six stocks with prices, two forms of statements, values.
    assert len(asked) == 4 + 6 * 4
    assert server.repeats() == {}
    assert "6 stocks; 27 requests, 23 are left in this hour" in said
    # The same again, on the same day: nothing moved.
    assert load()[2] == []


@pytest.mark.parametrize("trap", ["500", "cut", "half"])
def test_a_stumbling_server_is_asked_again(load, server, folder, now, trap):
    server.traps[PRICES_OF_A] = [trap, trap, trap]
    code, said, asked = load()
    assert code == 0
    assert "failed" not in said
    assert sum(request.startswith(PRICES_OF_A) for request in asked) == 4
    assert bodies(folder)["prices", "US000000000001"][0].startswith(b'[{"date": "2026-02-23')


def test_one_bad_ticker_does_not_spoil_the_rest_and_is_tried_again(load, server, folder, now):
    server.traps[PRICES_OF_A] = ["500"] * 4
    server.traps[PRICES_OF_B] = ["echo"]
    code, said, _ = load()
    assert code == 0
    assert "failed, asked again by the next load: AAA (prices): the server failed (502)" in said
    assert "BBB (prices): the server says: Something went wrong for …" in said
    assert ("prices", "US000000000003") in bodies(folder)
    code, said, asked = load()
    assert [request.split("?")[0] for request in asked] == [PRICES_OF_A, PRICES_OF_B]
    assert "failed" not in said


def test_a_server_that_is_down_stops_the_load(load, server, now):
    for key in range(1, 7):
        for path in (
            f"daily/US00000000000{key}/prices",
            f"fundamentals/US00000000000{key}/statements",
            f"fundamentals/US00000000000{key}/daily",
        ):
            server.traps[f"/tiingo/{path}"] = ["500"] * 99
    code, said, _ = load("--per-hour", "500")
    assert code == 1
    assert "load stopped: the last 10 requests failed, so it is not the tickers" in said


@pytest.mark.parametrize("trap", ["None", "empty", "404"])
def test_no_data_is_said_and_not_asked_for_again(load, server, now, trap):
    server.traps[PRICES_OF_A] = [trap]
    code, said, _ = load()
    assert code == 0
    assert "Tiingo has no prices of AAA" in said
    assert load()[2] == []


def test_without_the_add_on_prices_are_loaded_and_it_is_said_once(load, market, now):
    for stock in market.stocks[1:]:
        stock.has_fundamentals = stock.ticker == "AAA"
    code, said, asked = load()
    assert code == 0
    assert said.count("your plan at Tiingo has no fundamentals of 5 of them") == 1
    # Companies say that they are not included: no request is spent on them.
    assert len(asked) == 4 + 6 + 3


def test_a_400_of_a_company_is_remembered(load, server, now):
    server.traps[STATEMENTS_OF_A] = ["400"]
    code, said, asked = load()
    assert code == 0
    assert "your plan at Tiingo has no fundamentals of 1 of them" in said
    assert len(asked) == 4 + 6 * 4 - 2
    _, said, asked = load()
    assert asked == []
    assert "your plan at Tiingo has no fundamentals of 1 of them" in said


@pytest.mark.parametrize("trap", ["429", "hourly"])
def test_where_the_server_says_that_the_hour_is_spent_it_is_believed(load, server, now, trap):
    server.traps[PRICES_OF_B] = [trap]
    code, said, asked = load("--no-wait")
    assert code == 75
    assert f"go on after {SATURDAY_MORNING.replace(hour=7).astimezone():%H:00}" in said
    # Not before the hour is over.
    assert load("--no-wait")[2] == []
    now.moment = SATURDAY_MORNING.replace(hour=7, minute=1)
    code, _, rest = load("--no-wait")
    assert code == 0
    assert len(asked) + len(rest) == 4 + 6 * 4 + 1


def test_a_load_waits_for_the_next_hour(load, server, now):
    code, said, asked = load("--per-hour", "10")
    assert code == 0
    assert len(asked) == 28
    # 10 at 06:30, 10 at 07:00, 7 at 08:00; the list of tickers costs none.
    assert now.moment == SATURDAY_MORNING.replace(hour=8, minute=0)
    assert "waiting for new requests until" in said


def test_budgets_of_hour_and_day_hold_over_runs(load, now):
    first = load("--per-hour", "10", "--no-wait")
    assert first[0] == 75
    assert "the requests of this hour are used up" in first[1]
    assert len(first[2]) == 11
    now.moment = SATURDAY_MORNING.replace(hour=7)
    code, said, asked = load("--per-hour", "10", "--per-day", "15", "--no-wait")
    assert (code, len(asked)) == (75, 5)
    assert "the requests of this day are used up" in said
    # A day begins at midnight in New York, which is 05:00 in UTC.
    now.moment = SATURDAY_MORNING.replace(day=8, hour=4, minute=59)
    assert load("--per-hour", "10", "--per-day", "15", "--no-wait")[2] == []
    now.moment = SATURDAY_MORNING.replace(day=8, hour=5, minute=0)
    assert len(load("--no-wait")[2]) == 28 - 16


def test_symbols_beyond_those_of_the_month_wait_for_the_next(load, server, now):
    code, said, asked = load("--symbols-per-month", "5")
    assert code == 0
    # SPY and four stocks.
    assert len(asked) == 4 + 4 * 4
    assert "this month are used up, and 2 of them wait for the next: go on after 2026-04-01" in said
    now.moment = SATURDAY_MORNING.replace(month=4, day=1, hour=5)
    assert any(request.startswith("/tiingo/daily/US000000000006") for request in load()[2])


def test_the_sentence_about_symbols_is_no_data(load, server, folder, now):
    server.traps[PRICES_OF_B] = ["quota"]
    code, said, _ = load()
    assert code == 0
    assert "symbols of this month are used up, and 5 of them wait for the next" in said
    assert ("prices", "US000000000002") not in bodies(folder)
    # What was asked for before goes on.
    assert ("prices", "US000000000001") in bodies(folder)


def test_slow_answers_are_waited_for(load, server, now):
    server.traps[PRICES_OF_A] = ["slow"]
    assert load()[0] == 0


def test_a_cut_list_of_tickers_is_asked_for_again(load, server, now):
    server.traps["/docs/tiingo/daily/supported_tickers.zip"] = ["cut"]
    assert load()[0] == 0


def test_a_refused_token_stops_and_is_not_repeated(load, server, folder, now):
    server.traps["/tiingo/fundamentals/meta"] = ["401"]
    code, said, _ = load()
    assert code == 1
    assert "Tiingo does not accept the token (401:" in said
    assert TOKEN not in said


def test_the_token_is_nowhere(load, server, folder, now):
    server.traps[PRICES_OF_B] = ["echo"]
    _, said, _ = load()
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 25
    assert TOKEN not in said
    assert not [file for file in files if TOKEN.encode() in file.read_bytes()]
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_a_token_file_that_others_may_read_is_refused(load, tmp_path, monkeypatch, now):
    monkeypatch.delenv("TIINGO_API_KEY")
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o640)
    code, said, asked = load("--token-file", str(file))
    assert (code, asked) == (1, [])
    assert f"others may read the token in {file}: run chmod 600 {file}" in said
    file.chmod(0o600)
    assert load("--token-file", str(file))[0] == 0


def test_without_a_token_one_sentence(load, monkeypatch, now, tmp_path):
    monkeypatch.delenv("TIINGO_API_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))
    code, said, asked = load()
    assert (code, asked) == (1, [])
    assert said.startswith("load stopped: no token: set environment variable TIINGO_API_KEY")
    assert len(said.splitlines()) == 1


def test_an_answer_that_was_deleted_is_asked_for_again(load, folder, now):
    load()
    [file] = (folder / "raw" / "tiingo" / "prices").glob("US000000000001.*")
    file.unlink()
    code, _, asked = load()
    assert code == 0
    assert [request.split("?")[0] for request in asked] == [PRICES_OF_A]


def test_a_full_disk_is_said_in_a_sentence(load, folder, now, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, said, _ = load()
    assert code == 1
    assert said == (
        "load stopped: [Errno 28] No space left on device: the same command goes on where it was\n"
    )
