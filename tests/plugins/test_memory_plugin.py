import gc
import weakref

import pytest

from plugins.memory import Plugin


class Parsed:
    """Part of a project: refers to itself, so that only a collection can free it."""

    def __init__(self) -> None:
        self.whole = self


@pytest.fixture(autouse=True)
def unfrozen():
    yield
    gc.unfreeze()


def test_collections_skip_what_is_parsed_until_the_next_build_of_the_process():
    parsed = Parsed()
    is_there = weakref.ref(parsed)
    Plugin("memory", {})
    del parsed
    gc.collect()
    assert is_there()
    Plugin("memory", {})
    assert not is_there()
