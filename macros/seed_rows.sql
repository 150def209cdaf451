{% macro seed_rows(seed) %}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for row in run_query(
            "select * from read_csv('seeds/" ~ seed ~ ".csv', header = true)"
        ).rows -%}
            {%- do rows.append(row.dict()) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rows) }}
{% endmacro %}
