{% macro describe_columns(values) -%}
    {%- set share = '(value - lowest) / width' -%}
    {%- set total = exact_sum(share) -%}
    with spans as (

        select
            block,
            column_name,
            min(value) as lowest,
            if(max(value) > min(value), max(value) - min(value), 1) as width
        from {{ values }}
        group by block, column_name

    )

    select
        block,
        column_name,
        any_value(type) as type,
        count(*) - count(value) - count(category) as nulls,
        count(distinct value) + count(distinct category) as distinct_count,
        min(value) as min,
        max(value) as max,
        any_value(lowest) + any_value(width) * {{ total }} / count(value) as mean,
        if(
            count(value) > 1,
            any_value(width) * sqrt(greatest(
                0,
                {{ exact_sum('(' ~ share ~ ') ^ 2') }}
                - ({{ total }}) ^ 2 / count(value)
            ) / (count(value) - 1)),
            null
        ) as std,
        quantile_cont(value, [0.25, 0.5, 0.75]) as quartiles
    from {{ values }}
    inner join spans using (block, column_name)
    group by block, column_name
{%- endmacro %}
