import polars as pl
from dbt_common.invocation import get_invocation_id

from ml.warehouse.publishing import begin, panel_of, publications_of


def model(dbt, session):
    config = dbt.config.get("meta")
    tables = {
        "features": dbt.ref("features"),
        "excess_returns": dbt.ref("excess_returns"),
        "weekly_prices": dbt.ref("weekly_prices"),
        "feature_catalogue": dbt.ref("feature_catalogue"),
        "rejected_rows": dbt.ref("rejected_rows"),
    }
    con = session.cursor()
    con.execute(f"use {dbt.this.database}")
    folder = publications_of(con)
    with panel_of(con, tables, folder, bool(config["cutoff_date"])) as panel:
        begun = begin(con, panel, folder)
    return pl.DataFrame({"run_id": [get_invocation_id()], "file": [str(begun)]})
