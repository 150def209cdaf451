-- depends_on: {{ ref('feature_catalogue') }}
{% set used = catalogued_features() | selectattr('in_model') | list %}
{% set columns = used + [{'feature': 'actual', 'kind': 'numeric'}] %}

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

-- Eight columns after another eight: each takes memory to count its values.
{% for batch in columns | batch(8) %}
    {% set number = loop.index %}
    values_{{ number }} as not materialized (

        {% for column in batch %}
            {% set is_number = column.kind == 'numeric' %}
            select
                block,
                '{{ column.feature }}' as column_name,
                '{{ 'DOUBLE' if is_number else 'VARCHAR' }}' as type,
                {{ column.feature if is_number else 'null::double' }} as value,
                {{ 'null' if is_number else column.feature }}::varchar
                    as category
            from block_rows
            {% if number > 1 %}
                where exists (select 1 from described_{{ number - 1 }})
            {% endif %}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    described_{{ number }} as materialized (

        {{ describe_columns('values_' ~ number) }}

    ),

{% endfor %}
described as (

    {% for _ in columns | batch(8) %}
        select * from described_{{ loop.index }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    numbered_blocks.model_id,
    numbered_blocks.split,
    numbered_blocks.trained_at,
    described.column_name,
    described.type,
    described.nulls,
    described.distinct_count,
    described.min,
    described.max,
    described.mean,
    described.std,
    described.quartiles[1] as q25,
    described.quartiles[2] as median,
    described.quartiles[3] as q75
from described
inner join numbered_blocks on described.block = numbered_blocks.block
order by
    numbered_blocks.model_id, numbered_blocks.split, described.column_name
