from ml.warehouse.trained_model import trained_model


def model(dbt, session):
    return trained_model(
        dbt,
        session,
        dbt.config.get("meta"),
        dbt.ref("int_market_end"),
        dbt.ref("features"),
        dbt.ref("excess_returns"),
        dbt.ref("feature_catalogue"),
        dbt.ref("training_seeds"),
    )
