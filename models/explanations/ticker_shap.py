import sys

from dbt.adapters.events.logging import AdapterLogger

from ml.warehouse.explaining import StoredModel, explanations, rows_to_explain
from ml.warehouse.progress import Progress
from ml.warehouse.registry import models_to_explain
from ml.warehouse.settings import Settings, to_day


def model(dbt, session):
    config = dbt.config.get("meta")
    features, labels = dbt.ref("features"), dbt.ref("excess_returns")
    rows = rows_to_explain(features, labels, to_day(config["shap_since"]))
    settings = Settings.from_config(config)
    trained = models_to_explain(dbt.ref("trained_models"), config["model_id"], settings)
    if dbt.is_incremental:
        # A kept model's rows that are there already: what they explain may have changed.
        ids = ", ".join(f"'{row['model_id']}'" for row in trained)
        explained = session.sql(
            f"select distinct ticker, date from {dbt.this} where model_id in ({ids})"
        ).set_alias("explained")
        again = features.join(explained, "ticker, date", how="semi")
        rows = rows.union(again.join(labels.set_alias("labels"), "ticker, date")).distinct()
    progress = Progress(
        "forecasts explained",
        total=len(rows) * len(trained),
        say=AdapterLogger("ticker_shap").info,
        is_watched=sys.stdout.isatty(),
    )
    return explanations(rows, [StoredModel.load(row) for row in trained], progress)
