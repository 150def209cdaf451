-- depends_on: {{ ref('feature_catalogue') }}

with trained as (

    {% for months in [12, 24, 36] %}
        select * exclude (model, test_predictions)
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all by name{% endif %}
    {% endfor %}

),

blocks as (

    select
        model_id,
        pred_col,
        trained_at,
        holdout_tickers,
        unnest(
            [
                {
                    'split': 'train',
                    'first': train_from,
                    'last': train_to
                },
                {
                    'split': 'validation',
                    'first': validation_from,
                    'last': validation_to
                },
                {
                    'split': 'test',
                    'first': test_from,
                    'last': test_to
                }
            ]
        ) as block
    from trained
    {% if is_incremental() %}
        where trained_at not in (select known.trained_at from {{ this }} as known)
    {% endif %}

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
        blocks.model_id,
        blocks.trained_at,
        blocks.block.split as split,
        labels.actual,
        features.* exclude (ticker, date)
    from blocks
    inner join labels
        on
            blocks.pred_col = labels.pred_col
            and labels.date between blocks.block.first and blocks.block.last
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
                {{ describe_column('actual', 'numeric') }}
                {% for column in catalogued_features() %}
                    , {{ describe_column(column.feature, column.kind) }}
                {% endfor %}
            ]
        ) as statistics
    from block_rows
    group by model_id, split, trained_at

)

select
    model_id,
    split,
    statistics.column_name as column_name,
    statistics.type as type,
    statistics.nulls as nulls,
    statistics.distinct_count as distinct_count,
    statistics.min as min,
    statistics.max as max,
    statistics.mean as mean,
    statistics.std as std,
    statistics.q25 as q25,
    statistics.median as median,
    statistics.q75 as q75,
    trained_at
from described
order by model_id, split, column_name
