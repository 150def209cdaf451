from ml.training import Settings, train


def model(dbt, session):
    market_days = dbt.ref("int_benchmark").pl()
    return train(
        panel=dbt.ref("features").pl(),
        excess_returns=dbt.ref("excess_returns").pl(),
        catalogue=dbt.ref("feature_catalogue").pl(),
        training_seeds=dbt.ref("training_seeds").pl(),
        market_end=market_days["date"].max(),
        settings=Settings.from_config(dbt.config.get("meta")),
        horizon_months=24,
    )
