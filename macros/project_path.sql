{% macro project_path(path) %}
    {#- In brackets, a letter that means something in a pattern stands for itself. -#}
    {%- set root = modules.re.sub('([*?[])', '[\\1]', adapter.config.project_root) -%}
    {{ return(dbt.string_literal(dbt.escape_single_quotes(root ~ '/' ~ path))) }}
{% endmacro %}
