{% macro require_declared_columns(relation) %}
    {#- By name and type: where a column stands is nobody's business, and one that an older project
        had not yet is added, as null in the rows that are there. -#}
    {%- set there = {} -%}
    {#- A statement begins a transaction, as run_query does not: a build that fails forgets nothing. -#}
    {%- call statement('columns_there', fetch_result=true) -%}
        describe {{ relation }}
    {%- endcall -%}
    {%- for row in load_result('columns_there').table.rows -%}
        {%- do there.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set faults = [] -%}
    {%- set keys = [config.get('unique_key')] if config.get('unique_key') is string
        else config.get('unique_key') or [] -%}
    {%- for key in keys if key not in there -%}
        {%- do faults.append('it lacks ' ~ key) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() if column.name in there
        and plain_type(column.data_type) != plain_type(there[column.name]) -%}
        {%- do faults.append(
            column.name ~ ' is ' ~ there[column.name] | lower ~ ', not ' ~ column.data_type
        ) -%}
    {%- endfor -%}
    {%- if faults -%}
        {%- do exceptions.raise_compiler_error(
            "table " ~ model.name ~ " in the warehouse " ~ target.attach[0].path
            ~ " is damaged or of another version ("
            ~ faults | join('; ')
            ~ "): move the warehouse away, and dbt build makes a new one; what was published is "
            ~ "unharmed, and holds the models trained so far"
        ) -%}
    {%- endif -%}
{% endmacro %}
