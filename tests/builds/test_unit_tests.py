"""dbt's own tests of the SQL, which stand beside the models in yml."""

import re

import pytest
from conftest import TINY, Project


def kept(project: Project, *arguments: str) -> list[bool]:
    """Build one model: whether each of its unit tests was kept."""
    project.build("--select", "int_benchmark", *arguments, **TINY)
    rows = project.query(
        "select is_kept from recorded_nodes where starts_with(node, 'unit_test.')"
        " and invoked_at = (select max(invoked_at) from recorded_nodes)"
    )
    return [is_kept for [is_kept] in rows]


def test_the_unit_tests_of_the_models_pass(tiny):
    result = tiny.dbt("test", "--select", "test_type:unit", **TINY)
    assert result.returncode == 0, result.stdout[-5000:]
    [passed] = re.findall(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", result.stdout)
    assert int(passed) > 50


@pytest.mark.slow
def test_a_unit_test_that_passed_is_not_run_again(tiny):
    kept(tiny)
    again = kept(tiny)
    assert len(again) == 4
    assert all(again)
    assert not any(kept(tiny, "--full-refresh"))
