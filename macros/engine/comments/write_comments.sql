{% macro write_comments(relation, present) %}
    {%- set comments = present.get(relation.identifier) -%}
    {%- set statements = [] -%}
    {%- if comments and model.description != (comments.relation or '') -%}
        {%- do statements.append(duckdb__alter_relation_comment(relation, model.description)) -%}
    {%- endif -%}
    {%- set is_told = not (model.config.materialized == 'view'
        and lacks(relation, 'comments on columns of views')) -%}
    {%- for name, column in model.columns.items()
        if comments and is_told and name in comments.columns -%}
        {%- if column.description != (comments.columns[name] or '') -%}
            {%- do statements.append(
                'comment on column ' ~ relation ~ '.' ~ adapter.quote(name) ~ ' is '
                ~ duckdb_escape_comment(column.description) ~ ';'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if statements -%}
        {%- do run_query(statements | join('\n')) -%}
    {%- endif -%}
{% endmacro %}
