"""Example queries: the project's analyses, as they run on a published file."""

import textwrap
from collections.abc import Collection
from pathlib import Path

import jinja2

ANALYSES = Path(__file__).parents[1] / "analyses"


def example_queries(published: Collection[str], folder: Path = ANALYSES) -> dict[str, str]:
    """The SQL of each analysis that needs only published tables, by the question it answers.

    Args:
        published: names of the published tables.
        folder: where the analyses are; each begins with a comment that ends its question with
            a question mark.
    """
    examples = {}
    for file in sorted(folder.glob("*.sql")):
        refs: list[str] = []

        def ref(name: str, refs: list[str] = refs) -> str:
            refs.append(name)
            return name

        sql = jinja2.Template(file.read_text()).render(ref=ref)
        if set(refs) <= set(published):
            examples[_question(sql)] = sql
    return examples


def _question(sql: str) -> str:
    comment = " ".join(
        line.removeprefix("--").strip()
        for line in textwrap.dedent(sql).splitlines()
        if line.startswith("--")
    )
    return comment.partition("?")[0] + "?"
