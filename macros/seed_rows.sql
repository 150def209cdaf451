{% macro seed_rows(seed) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set known = run_state().setdefault('seed_rows', {}) -%}
    {%- if seed not in known -%}
        {%- set rows = [] -%}
        {%- for row in run_query(
            'select * from read_csv(' ~ project_path('seeds/' ~ seed ~ '.csv')
            ~ ', header = true)'
        ).rows -%}
            {%- do rows.append(row.dict()) -%}
        {%- endfor -%}
        {%- do known.update({seed: rows}) -%}
    {%- endif -%}
    {{ return(known[seed]) }}
{% endmacro %}
