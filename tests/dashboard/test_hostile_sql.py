import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from dashboard.query_worker import QueryError
from dashboard.safe_sql import WORKER, run
from tests.dashboard.conftest import contents, publish_prices
from tests.dashboard.hostile_statements import FORBIDDEN, HARMLESS, REFUSED

# One worker for all of them; each has a connection of its own, as in a worker of its own.
PROGRAM = """
import importlib.util, json, pathlib, sys

spec = importlib.util.spec_from_file_location("query_worker", sys.argv[1])
worker = sys.modules["query_worker"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
limits = worker.Limits(seconds=300)
worker._limit_process(limits)
file, statements = json.load(sys.stdin)
for sql in statements:
    try:
        table = worker._answer(pathlib.Path(file), sql, limits).table
        answer = {"error": "", "rows": table.num_rows, "text": str(table.to_pydict())}
    except worker.QueryError as error:
        answer = {"error": str(error), "rows": 0, "text": error.detail}
    print(json.dumps(answer))
"""
STATEMENTS = FORBIDDEN | {
    sql: reason for reason, lines in REFUSED.items() for sql in lines.split("\n")[1:-1]
}
ROWS = {
    sql: int(rows) for rows, _, sql in (line.partition(" ") for line in HARMLESS.split("\n")[1:-1])
}


class Answer(NamedTuple):
    error: str
    rows: int
    text: str


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return publish_prices(tmp_path_factory.mktemp("user_name"))


@pytest.fixture(scope="module")
def answers(file) -> dict[str, Answer]:
    """What comes of each statement; the folder of the file stays as it was."""
    statements = [*STATEMENTS, *ROWS]
    before = contents(file.parent)
    written = [sql.replace("{folder}", str(file.parent)) for sql in statements]
    result = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, WORKER],
        input=json.dumps([str(file), written]),
        env={"TZ": "UTC"},
        cwd=file.parent,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert contents(file.parent) == before
    lines = result.stdout.splitlines()
    return {sql: Answer(**json.loads(line)) for sql, line in zip(statements, lines, strict=True)}


def readable(sql: str) -> str:
    # xdist looks for the module before the last pair of colons.
    return ascii(sql[:60]).replace("::", ":")


@pytest.mark.parametrize("sql", STATEMENTS, ids=readable)
def test_a_hostile_statement_is_refused_with_a_reason(answers, file, sql):
    answer = answers[sql]
    assert STATEMENTS[sql] in answer.error
    assert str(file.parent) not in answer.error + answer.text.replace(sql, "")


@pytest.mark.parametrize("sql", ROWS, ids=readable)
def test_a_harmless_one_tells_nothing_of_the_server(answers, file, sql):
    answer = answers[sql]
    assert answer.error == ""
    assert answer.rows == ROWS[sql]
    for secret in (str(file.parent), "user_name", sys.executable, duckdb.__version__):
        assert secret not in answer.text


@pytest.mark.parametrize("sql", ["drop table prices", "from glob('{folder}/*')", ""])
def test_the_worker_of_a_visitor_refuses_them_too(file, sql):
    with pytest.raises(QueryError, match=STATEMENTS[sql]):
        run(file, sql)


def test_there_are_enough_of_them():
    assert len(STATEMENTS) + len(ROWS) > 210
