"""A load that is killed loses at most the request in flight, and asks for nothing else twice."""

import multiprocessing
import random
import time

import pytest

from loading import __main__ as loading
from tests.loading.conftest import FRIDAY, bodies
from tests.loading.server import Market, Server, Stock

COMPANIES = 40
KILLS = 20


@pytest.fixture
def market() -> Market:
    return Market([Stock(f"US{n:012d}", f"S{n}") for n in range(COMPANIES)], FRIDAY)


def start(folder) -> multiprocessing.Process:
    """A load in a process of its own."""
    process = multiprocessing.get_context("fork").Process(
        target=loading.main, args=[[str(folder), "--years", "1", "--plan", "power"]], daemon=True
    )
    process.start()
    return process


def kill_at_random(server: Server, folder, chance: random.Random) -> bool:
    """Start a load, and kill it at some moment after its first answer; whether that hit it."""
    asked = len(server.log)
    process = start(folder)
    while len(server.log) < asked + 2 and process.is_alive():
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.05))
    was_running = process.is_alive()
    process.kill()
    process.join()
    return was_running


def test_twenty_kills_leave_what_an_undisturbed_load_leaves(
    server, tmp_path, monkeypatch, now, capfd
):
    monkeypatch.setattr(loading, "make_market", lambda folder, *_: folder / "market")
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    process = start(undisturbed)
    process.join()
    assert process.exitcode == 0
    whole = len(server.log)
    assert whole == 4 + 4 * COMPANIES

    server.log.clear()
    server.delay = 0.004
    chance = random.Random(20260306)
    kills = sum(kill_at_random(server, disturbed, chance) for _ in range(KILLS))
    assert kills == KILLS
    process = start(disturbed)
    process.join()
    assert process.exitcode == 0
    repeats = server.repeats()
    with capfd.disabled():
        print(f" {kills} kills: {len(repeats)} of {whole} requests repeated", end="")
    assert set(repeats.values()) <= {2}
    assert len(repeats) <= KILLS
    assert bodies(disturbed) == bodies(undisturbed)


def test_two_loads_into_one_folder_are_refused(load, server, folder, now):
    from loading.ledger import Ledger

    held = Ledger(folder)
    code, said, asked = load()
    held.close()
    assert (code, asked) == (1, [])
    assert f"another load writes into {folder}: wait until it ends" in said
