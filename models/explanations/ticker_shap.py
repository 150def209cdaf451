import sys

from dbt.adapters.events.logging import AdapterLogger

from ml.explaining import StoredModel, explanations, rows_to_explain
from ml.progress import Progress
from ml.registry import models_to_explain
from ml.training import Settings, to_day


def model(dbt, session):
    config = dbt.config.get("meta")
    rows = rows_to_explain(
        dbt.ref("features"), dbt.ref("excess_returns"), to_day(config["shap_since"])
    )
    registries = [dbt.ref("trained_12m"), dbt.ref("trained_24m"), dbt.ref("trained_36m")]
    trained = models_to_explain(registries, config["model_id"], Settings.from_config(config))
    progress = Progress(
        "forecasts explained",
        total=len(rows) * len(trained),
        say=AdapterLogger("ticker_shap").info,
        is_watched=sys.stdout.isatty(),
    )
    return explanations(rows, [StoredModel.load(row) for row in trained], progress)
