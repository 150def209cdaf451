{% macro is_record_published() %}
    {%- if not (model.config.meta or {}).get('is_record') -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set asked = {'record': this | string} -%}
    {%- do adapter.store_relation('publications', none, [], '', '', asked) -%}
    {{ return(asked.is_published) }}
{% endmacro %}
