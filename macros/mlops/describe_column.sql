{% macro describe_column(column, kind) -%}
    {%- set number = column if kind == 'numeric' else 'null::double' -%}
    {
        'column_name': '{{ column }}',
        'type': '{{ "DOUBLE" if kind == "numeric" else "VARCHAR" }}',
        'nulls': count(*) - count({{ column }}),
        'distinct_count': count(distinct {{ column }}),
        'min': min({{ number }}),
        'max': max({{ number }}),
        'mean': avg({{ number }}),
        'std': stddev_samp({{ number }}),
        'quartiles': quantile_cont({{ number }}, [0.25, 0.5, 0.75])
    }
{%- endmacro %}
