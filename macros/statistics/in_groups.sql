{% macro in_groups(relation, groups) -%}
    {% for grouped_by, group_name in groups.items() %}
        select
            *,
            '{{ grouped_by }}' as grouped_by,
            {{ group_name }} as group_name
        from {{ relation }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}
