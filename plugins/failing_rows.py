"""Has failed tests say which rows are against them: a plugin of dbt-duckdb, named in profiles.yml.

dbt says how many there are, and offers no other place to say more.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt.artifacts.schemas.results import TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.task.test import TestRunner
from dbt_common.exceptions import DbtBaseException

BUILD_RESULT: Callable[..., RunResult] = TestRunner.build_test_run_result
EXAMPLES = 3
LONGEST_VALUE = 80


class Plugin(BasePlugin):
    """Stands around the result of a test of data; unit tests show their rows themselves."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the place of dbt's function."""

        def build_test_run_result(runner: TestRunner, test: Any, found: Any) -> RunResult:
            result = BUILD_RESULT(runner, test, found)
            if result.status in (TestStatus.Fail, TestStatus.Warn):
                try:
                    _, rows = runner.adapter.execute(test.compiled_code, fetch=True, limit=EXAMPLES)
                except DbtBaseException as error:
                    AdapterLogger("DuckDB").debug(f"rows against {test.name}: {error}")
                else:
                    result.message = in_one_sentence(
                        test, found.failures, rows.column_names, rows.rows, runner.config.args.vars
                    )
            return result

        setattr(TestRunner, BUILD_RESULT.__name__, build_test_run_result)


def in_one_sentence(
    test: Any, count: int, columns: Sequence[str], rows: Sequence[Sequence[Any]], settings: object
) -> str:
    """Which rows are against a test.

    Args:
        test: dbt's node of it.
        count: how many rows are.
        columns: their columns.
        rows: the first of them.
        settings: the vars that the command line gives.
    """
    examples = "; ".join(
        ", ".join(f"{name} {_text(value)}" for name, value in zip(columns, row, strict=True))
        for row in rows
    )
    # A test may count other than its rows.
    if not rows:
        return f"{_subject(test)}: {count:,} against it"
    sentence = f"{_subject(test)}: {count:,} {'row is' if count == 1 else 'rows are'} against it"
    if count <= len(rows):
        return f"{sentence}: {examples}"
    command = f"dbt show --select {test.name} --limit -1"
    if settings:
        command += ", with the same --vars,"
    return f"{sentence}, such as {examples}; {command} lists them all"


def _subject(test: Any) -> str:
    """What the test says of its table; a description begins with it."""
    metadata = getattr(test, "test_metadata", None)
    if metadata is None:
        sentence = re.split(r"[.:] ", " ".join(test.description.split()))[0]
        return sentence.rstrip(".") or test.name
    table = str(test.attached_node or test.name).rsplit(".", 1)[-1]
    column = f"column {test.column_name} of " if test.column_name else ""
    return f"{column}table {table}, test {metadata.name}"


def _text(value: object) -> str:
    text = "null" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
