{% macro kept_nodes(results) %}
    {%- set kept = [] -%}
    {%- for result in results
        if (result.adapter_response or {}).get('_message') == 'kept: nothing changed' -%}
        {%- do kept.append(result.node.unique_id) -%}
    {%- endfor -%}
    {{ return(kept) }}
{% endmacro %}
