{% macro is_publication_whole() %}
    {%- set publication = (model.config.meta or {}).get('publication') -%}
    {%- if publication is none -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set newest = run_query('select unnest(' ~ publication ~ ') from ' ~ this).rows[0] -%}
    {%- set asked = {'file': newest[0], 'sha256': newest[1]} -%}
    {%- do adapter.store_relation('publications', none, [], '', '', asked) -%}
    {{ return(asked.is_whole) }}
{% endmacro %}
