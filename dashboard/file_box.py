"""A box for a small file, which the browser reads: nothing is uploaded, nothing touches a disk.

Streamlit's own takes files before any password, and so is shut off (`dashboard/server.py`). Here
the content comes with the state of the page's widgets, which only exists behind the password, and
which `server.maxWidgetStateSize` limits.
"""

import base64
import binascii
from dataclasses import dataclass

import streamlit as st

MOST_BYTES = 600_000  # a third more as text; the state of all widgets may be 1 MB
HTML = """
<label for="file">Or a file (CSV or Excel, up to 600 kB)</label>
<input id="file" type="file" accept=".csv,.txt,.tsv,.xlsx" />
<p role="alert"></p>
"""
CSS = """
label { display: block; margin-bottom: 0.25rem; font-size: 0.875rem; }
input { font: inherit; color: var(--st-text-color); max-width: 100%; }
input::file-selector-button {
  font: inherit; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  padding: 0.25rem 0.75rem; margin-right: 0.75rem; cursor: pointer;
}
input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
p { margin: 0.25rem 0 0; font-size: 0.875rem; }
p:empty { display: none; }
"""
JS = """
export default function ({ setTriggerValue, parentElement, data }) {
  const input = parentElement.querySelector("input");
  const message = parentElement.querySelector("p");
  input.onchange = () => {
    const file = input.files[0];
    message.textContent = "";
    if (!file) return;
    if (file.size > data.most) {
      message.textContent = "The file is larger than 600 kB: save the holdings alone in one.";
      return;
    }
    const reader = new FileReader();
    reader.onload = () => setTriggerValue("file", {
      name: file.name, content: reader.result.split(",")[1] ?? "",
    });
    reader.readAsDataURL(file);
    input.value = "";
  };
}
"""


@dataclass(frozen=True)
class ReadFile:
    """A file that the browser has read."""

    name: str
    content: bytes


def file_box(key: str) -> ReadFile | None:
    """Show the box; a file that was chosen just now, else none."""
    box = st.components.v2.component("file_box", html=HTML, css=CSS, js=JS)
    chosen = box(key=key, data={"most": MOST_BYTES}, on_file_change=lambda: None).file
    # What a browser says need not come from the code above.
    if not isinstance(chosen, dict):
        return None
    try:
        content = base64.b64decode(str(chosen.get("content", "")), validate=True)
    except binascii.Error:
        return None
    return ReadFile(str(chosen.get("name", "")), content[: MOST_BYTES + 1])
