"""The notebook of a model, as `make notebooks` wrote it, inside the page about the model."""

import os
import shlex
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.pointers import NEWEST_MODELS, find_publications, notebook_file
from dashboard.publication import Publication

ROOT = Path(__file__).parents[1]
HEIGHT = 900  # pixels; the notebook scrolls within


def show_notebook(publication: Publication, model: dict[str, Any]) -> None:
    """The notebook with a button that downloads it, or the command that makes it."""
    model_id = model["model_id"]
    file = notebook_file(publication.file, model_id, model["trained_at"])
    is_newest = model_id in publication.query(NEWEST_MODELS)["model_id"]
    command = _command(publication, None if is_newest else model_id)
    try:
        html = file.read_text(encoding="utf-8")
        made = file.stat().st_mtime_ns
    except OSError:
        st.info(
            "The notebook of this model has not been made yet. This command makes it"
            + (", with PUBLISHED set as for the dashboard:" if "PUBLISHED" in os.environ else ":")
        )
        st.code(command)
        return
    st.download_button("Download", html, file.name, "text/html", icon=":material/download:")
    if is_newest and made < publication.version:
        st.caption(f"From an earlier publication. `{command}` makes it anew.")
    # Links within the notebook would open the dashboard there: that is where its frame was made.
    framed = html.replace("<head>", '<head><base href="about:srcdoc">', 1)
    st.iframe(framed, height=HEIGHT, alt=f"Notebook of model {model_id}")


def _command(publication: Publication, model_id: str | None) -> str:
    """What makes the notebooks of the newest models, or that of another model."""
    command = "make notebooks"
    if model_id is not None:
        command += f" ARGUMENTS='--model {model_id}'"
    pointers = list(find_publications().values())
    [pointer] = (each for each in pointers if each.parent == publication.file.parent)
    if pointer != pointers[0]:
        # From the project's folder: visitors need not know where that is.
        command = f"PUBLISHED={shlex.quote(str(pointer.relative_to(ROOT)))} {command}"
    return command
