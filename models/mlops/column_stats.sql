-- depends_on: {{ ref('feature_catalogue') }}

with trained as (

    {% for months in [12, 24, 36] %}
        select * exclude (model, test_predictions)
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all by name{% endif %}
    {% endfor %}

),

new_models as (

    select * from trained
    {% if is_incremental() %}
        where
            trained_at not in (select known.trained_at from {{ this }} as known)
    {% endif %}

),

blocks as (

    {% for split in ['train', 'validation', 'test'] %}
        select
            model_id,
            pred_col,
            trained_at,
            holdout_tickers,
            {{ split }}_from as first_date,
            {{ split }}_to as last_date,
            '{{ split }}' as split
        from new_models
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

labels as (

    unpivot {{ ref('excess_returns') }}
    on columns('excess_return_ln_.*')
    into name pred_col value actual

),

features as (

    select * from {{ ref('features') }}

),

block_rows as (

    select
        features.*,
        blocks.model_id,
        blocks.trained_at,
        blocks.split,
        labels.actual
    from blocks
    inner join labels
        on
            blocks.pred_col = labels.pred_col
            and labels.date between blocks.first_date and blocks.last_date
            and not list_contains(blocks.holdout_tickers, labels.ticker)
    inner join features
        on
            labels.ticker = features.ticker
            and labels.date = features.date

),

described as (

    select
        model_id,
        split,
        trained_at,
        unnest(
            [
                {% for column in catalogued_features() %}
                    {{ describe_column(column.feature, column.kind) }},
                {% endfor %}
                {{ describe_column('actual', 'numeric') }}
            ]
        ) as column_summary
    from block_rows
    group by model_id, split, trained_at

)

select
    model_id,
    split,
    trained_at,
    column_summary['column_name'] as column_name,
    column_summary['type'] as type,
    column_summary['nulls'] as nulls,
    column_summary['distinct_count'] as distinct_count,
    column_summary['min'] as min,
    column_summary['max'] as max,
    column_summary['mean'] as mean,
    column_summary['std'] as std,
    column_summary['q25'] as q25,
    column_summary['median'] as median,
    column_summary['q75'] as q75
from described
order by model_id, split, column_name
