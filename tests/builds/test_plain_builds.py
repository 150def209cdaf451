"""Without kept builds a build is dbt's own: all is built each time, and nothing is remembered."""

import pytest
from conftest import Project

SELECTED = ["build", "--select", "+simulated_companies", "--exclude-resource-type", "unit_test"]
TINY = {"simulated_tickers": 10, "simulated_years": 3}


def last_outcomes(project: Project) -> set[str]:
    """What came of the nodes of the last run."""
    return {
        status
        for [status] in project.query(
            "select distinct status || if(is_kept, ' kept', '') from recorded_nodes "
            "where invoked_at = (select max(invoked_at) from recorded_nodes)"
        )
    }


@pytest.fixture
def panel(project) -> Project:
    project.dbt(*SELECTED, **TINY)
    return project


def test_a_plain_build_builds_all_and_remembers_nothing(panel):
    for _ in range(2):
        result = panel.dbt(*SELECTED, **TINY, keep_builds=False)
        assert result.returncode == 0, result.stdout[-3000:]
        assert last_outcomes(panel) <= {"success", "pass"}
        assert panel.query("from build_fingerprints") == []
    panel.dbt(*SELECTED, **TINY)
    assert last_outcomes(panel) <= {"success", "pass"}
    panel.dbt(*SELECTED, **TINY)
    assert last_outcomes(panel) == {"success kept", "pass kept"}
