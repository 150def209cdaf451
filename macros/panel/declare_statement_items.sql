{% macro declare_statement_items(yearly=false) %}
    {%- set columns = [] -%}
    {%- for item in statement_items()
        if not yearly or item.measure == 'flow' and item.unit == 'USD' -%}
        {%- do columns.append({
            'name': item.column_name ~ ('_ttm' if yearly else ''),
            'description': item.description ~ (
                ' of the newest four quarters; of the newest year where one '
                ~ 'of them is unknown' if yearly else ''
            ) ~ ' (' ~ item.unit ~ ').',
            'data_type': 'double',
        }) -%}
    {%- endfor -%}
    {%- do declare_columns(columns) -%}
{% endmacro %}
