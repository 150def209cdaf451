"""Tables as files: buttons that save one as CSV or as Excel."""

import io
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from dashboard.safe_text import csv

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a sheet and a cell of it hold at most, and how wide a column is shown.
MOST_ROWS, LONGEST_TEXT, WIDEST = 1_048_575, 32_767, 40
NOT_IN_A_NAME, LONGEST_NAME = re.compile(r"[\\/*?:\[\]]"), 31


def show_downloads(frame: pl.DataFrame, name: str) -> None:
    """Buttons that save a table, side by side; it is written when one is pressed.

    Args:
        frame: what to save.
        name: of the file, and of the key of the buttons.
    """
    with st.container(horizontal=True, key=f"downloads_{name}"):
        csv_button(frame, name)
        excel_button({name: frame}, name)


def csv_button(frame: pl.DataFrame, name: str) -> None:
    """A button that saves a table as CSV."""
    st.download_button(
        "CSV",
        lambda: csv(frame),
        f"{name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv_{name}",
    )


def excel_button(sheets: Mapping[str, pl.DataFrame], name: str, label: str = "Excel") -> None:
    """A button that saves tables as an Excel workbook, a sheet for each."""
    st.download_button(
        label,
        lambda: excel(sheets),
        f"{name}.xlsx",
        EXCEL,
        icon=":material/download:",
        on_click="ignore",
        key=f"excel_{name}",
    )


def excel(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """Tables as an Excel workbook, a sheet for each, by its name; no text in it is a formula."""
    book = Workbook(write_only=True)
    for name, frame in sheets.items():
        sheet = book.create_sheet(NOT_IN_A_NAME.sub("_", name)[:LONGEST_NAME])
        sheet.freeze_panes = "A2"
        for number, column in enumerate(frame.iter_columns(), start=1):
            texts = [str(value) for value in column.head(100).drop_nulls().to_list()]
            width = max(map(len, [column.name, *texts]))
            sheet.column_dimensions[get_column_letter(number)].width = min(width, WIDEST) + 2
        header = [_cell(sheet, column) for column in frame.columns]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        for row in frame.head(MOST_ROWS).iter_rows():
            sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    elif isinstance(value, datetime):
        value = value.replace(tzinfo=None)  # a sheet knows no zones; all of ours is UTC
    elif isinstance(value, (str, bytes, list, dict, tuple)):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_TEXT]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # also where it begins with an equals sign
    return cell
