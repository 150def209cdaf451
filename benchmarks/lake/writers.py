"""Six programs write a lake at once, 216 times: is what they read what they wrote?

Of DuckLake's issues 1094, 1248 and 1404
one might fear that rows are left out, where statistics of their files were lost.
"""

import json
import os
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.lake.builds import WRITABLE, answers, catalogue_on_a_server, opened, started

WRITERS, ROUNDS = 6, 36
# By turns, of a table that all of them add to and of one that is the writer's own. DuckLake lets
# nobody delete from a table while others add to it.
OPERATIONS = (
    "insert into {shared} by name select *, {turn} as turn from rows",
    "insert into {own} by name select *, {turn} as turn from rows;"
    " update {own} set number = number / 3 where key % 5 = {turn} % 5",
    "delete from {own} where turn = {turn} - 4 or key between 40 and 40 + {turn}",
)
# The first lets DuckLake leave out files by their statistics, the second does not.
LOOKS = (
    "from {shared} where writer = {writer} and turn between {turn} / 3 and {turn} - 3",
    "from {shared} where writer + 0 = {writer}",
    "from {own} where key between {turn} and 2 * {turn}",
    "from {own}",
)


def write(catalogue: str, writer: str) -> None:
    """Do operations on a lake and on a copy in memory, and compare them each time.

    Prints how many rows there are of the writer in either table and what was amiss.
    """
    faults: list[str] = []
    con = opened(catalogue, WRITABLE)
    con.execute("set threads = 2")
    con.execute(f"create table lake.own_{writer} as from lake.shared limit 0")
    con.execute("create table shared as from lake.shared limit 0; create table own as from shared")
    places = (
        {"shared": "lake.shared", "own": f"lake.own_{writer}"},
        {"shared": "shared", "own": "own"},
    )
    for turn in range(ROUNDS):
        given = {"writer": writer, "turn": turn}
        con.execute(
            f"create or replace table rows as select {writer} as writer, key,"
            f" sin(key * {turn}) as number, md5(concat({turn}, key)) as text,"
            " date '2000-01-01' + key::integer as day, encode(md5(key::varchar)) as bytes"
            f" from range({1 + turn * 7}) as counted(key)"
        )
        try:
            for place in places:
                con.execute("begin; " + OPERATIONS[turn % 3].format(**place, **given) + "; commit")
            for look in LOOKS:
                there, here = (look.format(**place, **given) for place in places)
                [[differing]] = con.execute(
                    f"select count(*) from (({there} except all {here})"
                    f" union all ({here} except all {there}))"
                ).fetchall()
                if differing:
                    faults.append(f"turn {turn}: {differing} rows differ: {there}")
        except duckdb.Error as error:
            faults.append(f"turn {turn}: {error}")
    [left] = con.execute(
        "select count(*), sum(hash(shared))::varchar from shared as shared"
    ).fetchall()
    print(json.dumps((left, faults)))


def writers(folder: Path) -> None:
    """The six at once, and what a reader finds afterwards."""
    with catalogue_on_a_server(folder):
        catalogue = os.environ["LAKE"]
        files = f"(data_path '{os.environ['LAKE_FILES']}', data_inlining_row_limit 0)"
        with opened(catalogue, files) as con:
            con.execute(
                "create table lake.shared (writer bigint, turn bigint, key bigint, number double,"
                " text varchar, day date, bytes blob)"
            )
        began = time.monotonic()
        found = answers(
            started("benchmarks.lake.writers", [[catalogue, str(n)] for n in range(WRITERS)])
        )
        seconds = time.monotonic() - began
        with opened(catalogue) as con:
            left = con.execute(
                "select count(*), sum(hash(shared))::varchar from lake.shared as shared"
                " group by writer order by writer"
            ).fetchall()
            [[snapshots]] = con.execute(
                "select count(*) from ducklake_snapshots('lake')"
            ).fetchall()
    faults = [fault for _, some in found for fault in some]
    is_whole = left == [tuple(rows) for rows, _ in found]
    print(f"{WRITERS * ROUNDS} operations, {snapshots} snapshots: {seconds:.0f} s")
    print("rows left:", [rows for rows, _ in left], "as written" if is_whole else "NOT as written")
    print("faults:", faults or "none")


if __name__ == "__main__":
    write(*sys.argv[1:])
