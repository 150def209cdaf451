"""dbt's own tests of the SQL, which stand beside the models in yml."""

import re

from conftest import TINY


def test_the_unit_tests_of_the_models_pass(tiny):
    result = tiny.dbt("test", "--select", "test_type:unit", **TINY)
    assert result.returncode == 0, result.stdout[-5000:]
    [passed] = re.findall(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", result.stdout)
    assert int(passed) > 50
