"""SQL: ask the published tables anything."""

import uuid
from collections import OrderedDict
from pathlib import Path
from typing import Literal

import altair as alt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import streamlit as st

from dashboard.charts import show_chart
from dashboard.downloads import csv_button, excel_button
from dashboard.examples import example_queries
from dashboard.publication import Publication
from dashboard.query_worker import Limits, QueryError, Result
from dashboard.safe_sql import run
from dashboard.sidebar import shown_publication

FIRST_QUERY = """select *
from latest_forecasts
where pred_col = 'excess_return_ln_12m'
order by forecast_rank
limit 20"""
LIMITS = Limits()
ANSWERS_KEPT = 8
MARKS: dict[str, Literal["bar", "line", "point", "area"]] = {
    "Bars": "bar",
    "Line": "line",
    "Points": "point",
    "Area": "area",
}
NONE = "none"

# Descriptions are comments in the published file.
TABLES = """
select
    columns.table_name,
    columns.column_name,
    columns.data_type,
    coalesce(columns.comment, '') as meaning,
    coalesce(tables.comment, '') as table_meaning
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (database_oid, table_oid)
where columns.schema_name = 'main' and not columns.internal
order by columns.table_name, columns.column_index
"""


@st.cache_resource
def kept_answers() -> OrderedDict[tuple[Path, str], Result]:
    """The newest answers, for all visitors: another choice of chart need not ask again."""
    return OrderedDict()


def answer(file: Path, sql: str) -> Result:
    """The result of a query; a rerun of the page, or its end, ends the query."""
    kept = kept_answers()
    result = kept.get((file, sql))
    if result is None:
        place = st.empty()
        visitor = st.session_state.setdefault("visitor", uuid.uuid4().hex)
        # Drawing is where Streamlit ends a run of the page that is not wanted any more.
        result = run(file, sql, LIMITS, visitor, lambda: place.caption("Running the query…"))
        place.empty()
        kept[file, sql] = result
        while len(kept) > ANSWERS_KEPT:
            kept.popitem(last=False)
    return result


def show_schema(columns: pl.DataFrame) -> None:
    """The tables, and the columns of the one chosen."""
    names = columns["table_name"].unique().sort().to_list()
    table = st.selectbox(
        "Tables", names, index=names.index("latest_forecasts"), key="table", bind="query-params"
    )
    shown_columns = columns.filter(pl.col("table_name") == table)
    st.caption(shown_columns["table_meaning"][0].partition("\n")[0])
    st.dataframe(
        shown_columns.select(
            pl.col("column_name").alias("Column"),
            pl.col("data_type").str.to_lowercase().alias("Type"),
            pl.col("meaning").alias("Meaning"),
        ),
        hide_index=True,
        height=260,
        column_config={
            "Column": st.column_config.TextColumn(width="small"),
            "Type": st.column_config.TextColumn(width="small"),
            "Meaning": st.column_config.TextColumn(width="large"),
        },
    )


def take_example() -> None:
    """Put the chosen example into the editor."""
    st.session_state["query"] = st.session_state["examples"][st.session_state["example"]]
    st.session_state["example"] = None
    ask()


def ask() -> None:
    """Have the query in the editor run."""
    st.session_state["asked"] = st.session_state["query"]


def show_editor(tables: list[str]) -> str:
    """Examples, editor and button; returns the query."""
    st.session_state["examples"] = example_queries(tables)
    st.selectbox(
        "Examples",
        list(st.session_state["examples"]),
        index=None,
        placeholder="Choose a question to see its query",
        key="example",
        on_change=take_example,
    )
    # A query is read more easily in the font of code.
    st.html("<style>.st-key-query textarea {font-family: 'Source Code Pro', monospace}</style>")
    query = st.text_area(
        "Query", FIRST_QUERY, height=240, key="query", bind="query-params", on_change=ask
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Run", type="primary", shortcut="Ctrl+Enter", on_click=ask)
        st.caption(
            f"Read only, up to {LIMITS.seconds:g} seconds, {LIMITS.memory / 1e9:g} GB of memory "
            f"and {LIMITS.rows:,} rows. The address of this page holds the query."
        )
    return query


def parquet(table: pa.Table) -> bytes:
    """A table as the content of a parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def show_downloads(table: pa.Table) -> None:
    """Buttons that save the result."""
    frame = pl.DataFrame(table)
    csv_button(frame, "result")
    excel_button({"result": frame}, "result")
    st.download_button(
        "Parquet",
        lambda: parquet(table),
        "result.parquet",
        "application/vnd.apache.parquet",
        icon=":material/download:",
        on_click="ignore",
    )


def show_plot(frame: pl.DataFrame) -> None:
    """A chart of two or three columns of the visitor's choice."""
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    if not numbers:
        st.info("A chart needs a column of numbers.")
        return
    others = [name for name in frame.columns if name not in numbers] or frame.columns
    with st.container(horizontal=True):
        mark = st.selectbox("Mark", list(MARKS), key="mark", bind="query-params")
        x = st.selectbox(
            "Horizontal",
            frame.columns,
            frame.columns.index(others[0]),
            key="x",
            bind="query-params",
        )
        y = st.selectbox(
            "Vertical",
            numbers,
            key="y",
            bind="query-params",
            index=int(numbers[0] == x and len(numbers) > 1),
        )
        colour = st.selectbox("Colour", [NONE, *frame.columns], key="colour", bind="query-params")
    # Vega reads dots and brackets in the name of a column as a path.
    drawn = {"x": x, "y": y} | ({} if colour == NONE else {"color": colour})
    plotted = frame.select(pl.col(name).alias(channel) for channel, name in drawn.items())
    axes = {"x": alt.X, "y": alt.Y, "color": alt.Color}
    chart = alt.Chart(plotted, mark=MARKS[mark]).encode(
        *(
            axes[channel](field=channel, type=kind_of(plotted[channel]), title=name, sort=None)
            for channel, name in drawn.items()
        ),
        tooltip=[
            alt.Tooltip(field=channel, type=kind_of(plotted[channel]), title=name)
            for channel, name in drawn.items()
        ],
    )
    show_chart(chart, f"{y} by {x}, {plotted.height:,} rows", height=380)


def kind_of(column: pl.Series) -> Literal["quantitative", "temporal", "nominal"]:
    """Vega's type of a column."""
    if column.dtype.is_numeric():
        return "quantitative"
    return "temporal" if column.dtype in (pl.Date, pl.Datetime) else "nominal"


def show_result(publication: Publication, query: str) -> None:
    """Run the query; show what came of it, or why nothing did."""
    try:
        result = answer(publication.file, query)
    except QueryError as error:
        st.error(str(error))
        if error.detail:
            st.code(error.detail, language=None)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            "View",
            ["Table", "Chart"],
            default="Table",
            required=True,
            key="view",
            bind="query-params",
            label_visibility="collapsed",
        )
        show_downloads(result.table)
        rows = result.table.num_rows
        st.caption(
            f"Only the first {rows:,} rows are shown and downloaded. Add LIMIT or a filter."
            if result.is_cut
            else f"{rows:,} {'row' if rows == 1 else 'rows'}"
        )
    if view == "Chart":
        show_plot(pl.DataFrame(result.table))
    elif result.table.column_names == ["explain_key", "explain_value"]:
        for plan in result.table.column("explain_value").to_pylist():
            st.code(plan, language=None)
    else:
        st.dataframe(pl.DataFrame(result.table), hide_index=True)


publication = shown_publication()
columns = publication.query(TABLES)
st.title("SQL")
editor, schema = st.columns([3, 2], gap="medium")
with editor:
    query = show_editor(columns["table_name"].unique().to_list())
with schema:
    show_schema(columns)
# A link may hold any query, of anybody.
if query in (FIRST_QUERY, st.session_state.get("asked")):
    show_result(publication, query)
else:
    st.info("This query came with the link. Run it if it is what you want to ask.")
