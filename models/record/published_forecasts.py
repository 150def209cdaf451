from dbt.adapters.events.logging import AdapterLogger
from dbt_common.invocation import get_invocation_id

from ml.warehouse.publishing import publications_of
from ml.warehouse.record import gather, with_new


def model(dbt, session):
    adds = dbt.config.get("meta")["adds"]
    forecasts = dbt.ref("latest_forecasts").set_alias("forecasts")
    models = dbt.ref("model_stats").set_alias("models")
    market = dbt.ref("int_market_end")
    con = session.cursor()
    con.execute(f"use {dbt.this.database}")
    recorded = gather(con, publications_of(con), AdapterLogger("record").warning)
    query = f"""
        select
            market.date as market_end,
            models.trained_at,
            forecasts.* exclude (company_website),
            count(*) over (partition by forecasts.pred_col) as forecasts_ranked
        from ({forecasts.sql_query()}) as forecasts
        inner join ({models.sql_query()}) as models using (model_id)
        cross join ({market.sql_query()}) as market
        where {adds}
    """
    con.execute(
        "create or replace table scratch.main.published_forecasts as "
        + with_new(con, recorded, query, get_invocation_id())
    )
    return session.sql("from scratch.main.published_forecasts")
