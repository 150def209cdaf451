{% macro lacks(relation, what) %}
    {#- MotherDuck keeps indexes and does not use them. -#}
    {%- set lacking = ['indexes', 'comments on columns of views']
        if adapter.is_ducklake(relation)
        else ['indexes'] if adapter.is_motherduck() else [] -%}
    {{ return(what in lacking) }}
{% endmacro %}
