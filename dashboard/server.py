"""The server: Streamlit's, on the pages of app.py, without what these do not need."""

import importlib
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

UPLOADS = "/_stcore/upload_file"
# Hosts start this file itself, where `python -m dashboard` would find the packages beside it.
sys.path.append(str(Path(__file__).parents[1]))
# What pages draw with: the first visitor would wait a second for it.
for library in ("altair", "openpyxl", "pandas", "polars", "pyarrow.compute", "pyarrow.parquet"):
    importlib.import_module(library)


class NoUploads:
    """Refuses uploads, which Streamlit would keep before any password.

    No page needs them: the browser reads what is opened on page Holdings (`dashboard/file_box.py`).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the server."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no upload."""
        if scope["type"] == "http" and UPLOADS in scope["path"]:
            await PlainTextResponse("No page takes files.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


app = st.App(Path(__file__).with_name("app.py"), middleware=[Middleware(NoUploads)])
