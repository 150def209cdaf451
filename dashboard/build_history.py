"""What the builds did: how long each took, what came of it, and which nodes were slowest."""

from pathlib import Path

import altair as alt
import polars as pl
import streamlit as st

from dashboard.charts import show_chart, span
from dashboard.model_charts import Layers
from dashboard.publication import Publication
from ml.warehouse.publishing import HISTORY_FILE

# Stages in the order of a build, and the layers of run_history in each.
STAGES = {
    "market": ["simulation", "seeds"],
    "panel": ["staging", "quality", "intermediate", "panel"],
    "training": ["training", "studies"],
    "explanations": ["explanations", "mlops"],
    "backtest": ["backtest"],
    "publishing": ["serving"],
    "tests": ["tests", "hooks"],
}
STAGE_OF_LAYER = {layer: stage for stage, layers in STAGES.items() for layer in layers}
BROKEN = ["error", "fail", "partial success"]
CHARTED_RUNS = 30
SLOWEST_NODES = 20


def run_history(publication: Publication) -> pl.DataFrame:
    """Every recorded run: the columns of table run_history, one row per run and node.

    From the file beside the publications, which has the newest runs too; where a published file
    stands alone, from the table in it, which ends with the run before it was published.
    """
    file = publication.file.with_name(HISTORY_FILE)
    if file.exists():
        return _read(file, file.stat().st_mtime_ns)
    return publication.query("from run_history")


@st.cache_data(max_entries=5, show_spinner=False)
def _read(file: Path, version: int) -> pl.DataFrame:
    return pl.read_parquet(file)


def summary_of_runs(history: pl.DataFrame) -> pl.DataFrame:
    """One row per run, newest first, with its `outcome` and how many nodes were built or kept."""
    status = pl.col("status")
    is_table = pl.col("resource_type").is_in(["model", "seed"])
    broken = status.is_in(BROKEN).sum()
    built = (is_table & (status == "success")).sum()
    return (
        history.group_by("invocation_id")
        .agg(
            pl.col("invoked_at", "finished_at", "command", "git_commit").first(),
            broken.alias("broken"),
            built.alias("built"),
            (is_table & (status == "kept")).sum().alias("kept"),
            (status == "warn").sum().alias("warnings"),
            pl.when(broken > 0)
            .then(pl.lit("failed"))
            .when((built == 0) & is_table.any())
            .then(pl.lit("nothing changed"))
            .otherwise(pl.lit("passed"))
            .alias("outcome"),
        )
        .with_columns(
            (pl.col("finished_at") - pl.col("invoked_at"))
            .dt.total_milliseconds()
            .truediv(1000)
            .alias("seconds")
        )
        .sort("invoked_at", descending=True)
    )


def _chart(history: pl.DataFrame, runs: pl.DataFrame) -> Layers:
    when = pl.col("invoked_at").dt.strftime("%-d %b %Y %H:%M:%S").alias("when")
    shown = runs.head(CHARTED_RUNS).reverse().with_columns(when)
    order = shown["when"].to_list()
    stages = (
        history.join(shown, on="invocation_id")
        .group_by(
            "when",
            "outcome",
            "command",
            pl.col("layer").replace(STAGE_OF_LAYER).alias("stage"),
        )
        .agg(pl.col("wall_seconds").sum())
        .with_columns(pl.col("stage").replace_strict(_places(), default=None).alias("place"))
    )
    base = alt.Chart(stages).encode(
        x=alt.X("when:N", title="Began (UTC)", sort=order, axis=alt.Axis(labelAngle=-45)),
        tooltip=[
            alt.Tooltip("when:N", title="Began"),
            alt.Tooltip("command:N", title="Command"),
            alt.Tooltip("outcome:N", title="Outcome"),
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("wall_seconds:Q", title="Seconds", format=",.1f"),
        ],
    )
    bars = base.mark_bar().encode(
        y=alt.Y("wall_seconds:Q", title="Seconds"),
        color=alt.Color(
            "stage:N", title=None, sort=list(STAGES), legend=alt.Legend(orient="top", columns=8)
        ),
        order=alt.Order("place:Q"),
    )
    failed = (
        base.transform_filter("datum.outcome == 'failed'")
        .mark_text(text="✕", dy=-9, fontSize=15, fontWeight="bold", color="#c94f4f")
        .encode(
            y=alt.Y("sum(wall_seconds):Q"), detail=alt.Detail("when:N"), tooltip=alt.value("failed")
        )
    )
    return alt.layer(bars, failed)


def _places() -> dict[str, int]:
    return {stage: place for place, stage in enumerate(STAGES)}


def show_builds(publication: Publication) -> None:
    """Builds over time by stage, then one of them: its outcome, its slowest nodes, its faults."""
    st.subheader("Builds")
    history = run_history(publication)
    if history.is_empty():
        st.info("No build has been recorded yet. The next one will be.")
        return
    runs = summary_of_runs(history)
    show_chart(
        _chart(history, runs),
        f"Seconds of each of the last {min(runs.height, CHARTED_RUNS)} builds, by stage; builds "
        f"took {span(runs['seconds'], ',.0f')}",
        height=300,
    )
    st.caption(
        "Time in which nodes ran, by stage; two that run at once share it. A cross: the build "
        "failed, and nothing was published."
    )
    by_label = {
        f"{run['invoked_at']:%Y-%m-%d %H:%M:%S} {run['outcome']}": run
        for run in runs.iter_rows(named=True)
    }
    run = by_label[
        st.selectbox("Build", list(by_label), key="build", bind="query-params", width=360)
    ]
    st.code(run["command"] or "(command unknown)", wrap_lines=True)
    facts = {
        "Outcome": run["outcome"],
        "Took": f"{run['seconds']:,.0f} s",
        "Tables built": f"{run['built']:,}",
        "Tables kept": f"{run['kept']:,}",
        "Warnings": f"{run['warnings']:,}",
        "Commit": (run["git_commit"] or "-")[:7],
    }
    places = [place for _ in range(0, len(facts), 3) for place in st.columns(3)]
    for column, (name, fact) in zip(places, facts.items(), strict=True):
        column.metric(name, fact)
    nodes = history.filter(pl.col("invocation_id") == run["invocation_id"]).with_columns(
        pl.col("node").str.split(".").list.get(2).alias("name"),
        (pl.col("compile_seconds") + pl.col("execute_seconds")).alias("seconds"),
    )
    slowest = nodes.drop_nulls("seconds").sort("seconds", descending=True).head(SLOWEST_NODES)
    faults = nodes.filter(pl.col("status").is_in([*BROKEN, "warn"]))
    if not faults.is_empty():
        st.markdown("What failed or warned")
        st.dataframe(
            faults.select("name", "layer", "status", "failures", "message"),
            hide_index=True,
            column_config={
                "name": "Node",
                "layer": "Layer",
                "status": "Status",
                "failures": st.column_config.NumberColumn("Failing rows", format="localized"),
                "message": st.column_config.TextColumn("Message", width="large"),
            },
        )
    st.markdown("Slowest nodes")
    st.dataframe(
        slowest.select("name", "layer", "status", "seconds", "wall_seconds", "row_count"),
        hide_index=True,
        column_config={
            "name": "Node",
            "layer": "Layer",
            "status": "Status",
            "seconds": st.column_config.ProgressColumn(
                "Seconds",
                format="%.2f",
                min_value=0,
                max_value=max(slowest["seconds"].to_list(), default=1.0),
            ),
            "wall_seconds": st.column_config.NumberColumn(
                "Share of the wall time",
                format="%.2f s",
                help="Each moment is divided among the nodes that ran then.",
            ),
            "row_count": st.column_config.NumberColumn("Rows", format="localized"),
        },
    )
