{% macro require_declared_columns(relation) %}
    {#- A column that an older project had not yet comes last, and is appended. -#}
    {%- set declared = model.columns.keys() | list -%}
    {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- if there != declared[:there | length] -%}
        {%- set missing = declared | reject('in', there) | list -%}
        {%- set unknown = there | reject('in', declared) | list -%}
        {%- do exceptions.raise_compiler_error(
            "table " ~ model.name ~ " in the warehouse " ~ target.attach[0].path
            ~ " is damaged or of another version ("
            ~ ("it lacks " ~ missing | join(', ') if missing
                else "it has " ~ unknown | join(', ') if unknown
                else "its columns are in another order")
            ~ "): move the warehouse away, and dbt build makes a new one; what was published is "
            ~ "unharmed, and holds the models trained so far"
        ) -%}
    {%- endif -%}
{% endmacro %}
