"""What the published tables and their columns mean, as the project's yml files say it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
import yaml

ROOT = Path(__file__).parents[1]
DOC_BLOCK = re.compile(r"{% docs (\w+) %}\s*(.*?)\s*{% enddocs %}", re.DOTALL)
DOC_CALL = re.compile(r"{{ doc\('(\w+)'\) }}")


@dataclass(frozen=True)
class TableDescription:
    """What a table is, and what each of its columns is, in Markdown."""

    text: str = ""
    columns: dict[str, str] = field(default_factory=dict)


@st.cache_data(show_spinner=False)
def table_descriptions(project: Path = ROOT) -> dict[str, TableDescription]:
    """The descriptions of all models and seeds, by name; read once, they come with the code."""
    blocks = {
        name: text
        for file in project.glob("models/**/*.md")
        for name, text in DOC_BLOCK.findall(file.read_text())
    }

    def resolved(text: str) -> str:
        return DOC_CALL.sub(lambda call: blocks[call[1]], text).strip()

    tables = {}
    for file in [*project.glob("models/**/*.yml"), *project.glob("seeds/*.yml")]:
        content = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        for node in [*content.get("models", []), *content.get("seeds", [])]:
            tables[node["name"]] = TableDescription(
                resolved(node.get("description", "")),
                {
                    column["name"]: resolved(column.get("description", ""))
                    for column in node.get("columns", [])
                },
            )
    return tables
