"""`make notebooks`: the notebooks of what was published last, as HTML beside it."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import duckdb
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from dashboard.pointers import PublicationError, notebook_file
from notebooks.published_model import (
    PublishedModel,
    horizons,
    open_model,
    published_file,
    unreadable,
)

FOLDER = Path(__file__).parent
SECONDS_PER_CELL = 300


def main() -> None:
    """Run the source once a model and write the HTML, or say what is missing."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    parser.add_argument("--model", help="id of another model than the newest ones")
    model_id = parser.parse_args().model
    models: list[PublishedModel] = []
    missing: list[str] = []
    try:
        file = published_file()
        for each in horizons(file) if model_id is None else [model_id]:
            try:
                models.append(open_model(file, each))
            except PublicationError as error:
                missing.append(str(error))
        missing += asyncio.run(_write_all(models))
    except PublicationError as error:
        missing.append(str(error))
    if missing:
        sys.exit("\n".join(dict.fromkeys(missing)))


async def _write_all(models: list[PublishedModel]) -> list[str]:
    """Write the notebooks side by side; returns why some could not be written."""
    results = await asyncio.gather(*map(_write, models), return_exceptions=True)
    failures = [result for result in results if result is not None]
    for failure in failures:
        if not isinstance(failure, PublicationError):
            raise failure
    return [str(failure) for failure in failures]


async def _write(model: PublishedModel) -> None:
    stats = model.stats
    notebook = nbformat.read(FOLDER / "model.ipynb", as_version=4)
    notebook.metadata.title = f"{stats['horizon_months']} months: {stats['model_id']}"
    [parameters] = (c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    parameters.source = f"wanted = {stats['model_id']!r}\npublished = {str(model.file)!r}"
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        resources={"metadata": {"path": str(FOLDER)}},
        # It would warn that other users of this machine's own network might listen.
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        await client.async_execute()
    except CellExecutionError as error:
        if hasattr(duckdb, error.ename):
            raise PublicationError(unreadable(model.file, error.ename, error.evalue)) from error
        raise
    html, _ = HTMLExporter(
        template_name="template",
        extra_template_basedirs=[str(FOLDER)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    ).from_notebook_node(notebook)
    written = notebook_file(model.file, stats["model_id"], stats["trained_at"])
    try:
        written.parent.mkdir(exist_ok=True)
        unfinished = written.with_suffix(".unfinished")
        unfinished.write_text(html, encoding="utf-8")
        os.replace(unfinished, written)
    except OSError as error:
        raise PublicationError(f"{written} cannot be written: {error.strerror}.") from error
    print(written)


main()
