{% macro say_kept(rows=none) %}
    {%- call noop_statement('main', 'kept: nothing changed', res=rows) -%}{%- endcall -%}
{% endmacro %}
