{% macro describe_column(column, kind) -%}
    {%- set number = column if kind == 'numeric' else 'null::double' -%}
    {%- set span = column ~ '_span' if kind == 'numeric'
        else "{'lowest': null::double, 'width': null::double}" -%}
    {%- set share = '(' ~ number ~ ' - ' ~ span ~ "['lowest']) / " ~ span ~ "['width']" -%}
    {%- set total = exact_sum(share) -%}
    {
        'column_name': '{{ column }}',
        'type': '{{ "DOUBLE" if kind == "numeric" else "VARCHAR" }}',
        'nulls': count(*) - count({{ column }}),
        'distinct_count': count(distinct {{ column }}),
        'min': min({{ number }}),
        'max': max({{ number }}),
        'mean': any_value({{ span }}['lowest'])
            + any_value({{ span }}['width']) * {{ total }} / count({{ number }}),
        'std': if(
            count({{ number }}) > 1,
            any_value({{ span }}['width']) * sqrt(greatest(
                0,
                {{ exact_sum('(' ~ share ~ ') ^ 2') }}
                - ({{ total }}) ^ 2 / count({{ number }})
            ) / (count({{ number }}) - 1)),
            null
        ),
        'quartiles': quantile_cont({{ number }}, [0.25, 0.5, 0.75])
    }
{%- endmacro %}
