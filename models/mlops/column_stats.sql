-- depends_on: {{ ref('feature_catalogue') }}
{% set used = catalogued_features() | selectattr('in_model') | list %}
{% set columns = used + [{'feature': 'actual', 'kind': 'numeric'}] %}
{% set batches = columns | batch(8) | list %}

with trained as (

    select * from {{ ref('trained_models') }}

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

-- A number is a cheaper key of an aggregate than three columns.
numbered_blocks as (

    select
        *,
        row_number() over () as block
    from blocks

),

labels as (

    unpivot {{ ref('excess_returns') }}
    on columns('excess_return_ln_.*')
    into name pred_col value actual

),

features as (

    select * from {{ ref('features') }}

),

block_rows as materialized (

    select
        features.*,
        numbered_blocks.block,
        labels.actual
    from numbered_blocks
    inner join labels
        on
            numbered_blocks.pred_col = labels.pred_col
            and numbered_blocks.first_date <= labels.date
            and numbered_blocks.last_date >= labels.date
            and not list_contains(
                numbered_blocks.holdout_tickers, labels.ticker
            )
    inner join features
        on
            labels.ticker = features.ticker
            and labels.date = features.date

),

-- Sums of shares of a span are exact, whatever the rows' order.
spans as materialized (

    select
        block,
        {% for column in columns if column.kind == 'numeric' %}
            {{ column_span(column.feature) }} as {{ column.feature }}_span
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from block_rows
    group by block

),

-- Eight columns after another eight: each takes memory to count its values.
{% for batch in batches %}
    described_{{ loop.index }} as materialized (

        {% set previous = loop.index0 %}
        {% for column in batch %}
            select
                block_rows.block,
                {{ describe_column(column.feature, column.kind) }}
                    as column_summary
            from block_rows
            inner join spans on block_rows.block = spans.block
            {% if previous %}
                where exists (select 1 from described_{{ previous }})
            {% endif %}
            group by block_rows.block
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

{% endfor %}
described as (

    {% for _ in batches %}
        select * from described_{{ loop.index }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    numbered_blocks.model_id,
    numbered_blocks.split,
    numbered_blocks.trained_at,
    described.column_summary['column_name'] as column_name,
    described.column_summary['type'] as type,
    described.column_summary['nulls'] as nulls,
    described.column_summary['distinct_count'] as distinct_count,
    described.column_summary['min'] as min,
    described.column_summary['max'] as max,
    described.column_summary['mean'] as mean,
    described.column_summary['std'] as std,
    described.column_summary['quartiles'][1] as q25,
    described.column_summary['quartiles'][2] as median,
    described.column_summary['quartiles'][3] as q75
from described
inner join numbered_blocks on described.block = numbered_blocks.block
order by numbered_blocks.model_id, numbered_blocks.split, column_name
