{% macro declared_vars() %}
    {%- set project = run_query(
        "select content from read_text('dbt_project.yml')"
    ).columns[0].values()[0] -%}
    {{ return(fromyaml(project)['vars'].keys() | list) }}
{% endmacro %}
