{% macro mentions_moment(code) %}
    {%- set words = 'current_(local)?time(stamp)?|localtime(stamp)?|tablesample|using\\s+sample' -%}
    {%- set functions = 'now|get_current_time(stamp)?|transaction_timestamp|ago|age|random|'
        ~ 'gen_random_uuid|uuid(v[0-9])?|nextval|currval|txid_current' -%}
    {{ return(modules.re.search(
        '\\b(' ~ words ~ ')\\b|\\b(' ~ functions ~ ')"?\\s*\\(', code, modules.re.IGNORECASE
    ) is not none) }}
{% endmacro %}
