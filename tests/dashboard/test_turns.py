import threading
import time

import pytest

from dashboard.turns import Turns


class Left(BaseException):
    pass


def test_beside_ten_who_take_all_they_can_get_another_is_served():
    turns = Turns(3)
    is_over = threading.Event()
    gave_way = []

    def leave() -> None:
        if is_over.is_set():
            raise Left

    def hog(name: str) -> None:
        while not is_over.is_set():
            try:
                with turns.take(name, 60, leave) as turn:
                    while not (turn.is_over or is_over.wait(0.05)):
                        turn.spent += 0.05
                gave_way.append(name)
            except Left:
                return

    hogs = [threading.Thread(target=hog, args=(str(number),)) for number in range(10)]
    for each in hogs:
        each.start()
    try:
        time.sleep(4)
        for _ in range(3):
            start = time.monotonic()
            with turns.take("honest", 60, lambda: None) as turn:
                waited = time.monotonic() - start
                time.sleep(0.3)
                assert not turn.is_over
            assert waited < 1.6
    finally:
        is_over.set()
        for each in hogs:
            each.join()
    assert len(set(gave_way)) > 3


def test_nobody_gives_way_while_there_is_room():
    turns = Turns(2)
    with turns.take("a", 1, lambda: None) as first:
        first.spent = 2
        with turns.take("b", 1, lambda: None):
            pass
        assert not first.is_over


def test_who_has_had_as_little_is_not_sent_away():
    turns = Turns(1)
    with turns.take("a", 1, lambda: None) as first:
        with pytest.raises(TimeoutError), turns.take("b", 0.3, lambda: None):
            pass
        assert not first.is_over


def test_who_waits_long_for_little_is_no_hog():
    turns = Turns(1)
    with turns.take("slow", 1, lambda: None):
        time.sleep(1)
    with turns.take("new", 1, lambda: None) as first:
        first.spent = 1
        # Asked by "slow", whose long query took nothing, "new" gives way.
        with pytest.raises(TimeoutError), turns.take("slow", 0.1, lambda: None):
            pass
        assert first.is_over
