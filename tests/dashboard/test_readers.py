"""Readers while publications come and go: `make torture` has twenty of them."""

from benchmarks.torture.readers import campaign


def test_readers_see_one_publication_at_a_time_and_never_none(tmp_path):
    [outcome] = campaign(tmp_path, readers=2, publications=6, seconds_between=0.05)
    assert not outcome.is_lost, outcome.first_errors
    assert outcome.opens > 6
