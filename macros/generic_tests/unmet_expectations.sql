{% macro unmet_expectations(relation, expectations) %}
    {%- set key = tested_key(relation) -%}
    {%- set unmet = {} -%}
    {%- for expectation, columns in expectations.items() -%}
        {#- Bounds, not isfinite: DuckDB tells from a block's lowest and highest value. -#}
        {%- set condition = 'between -1.7976931348623157e308 and 1.7976931348623157e308'
            if expectation == 'is finite' else expectation -%}
        {%- for column in columns -%}
            {%- do unmet.update({
                column ~ ' ' ~ expectation:
                    {'column': column, 'fails': 'not (' ~ column ~ ' ' ~ condition ~ ')'}
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- Scans of some columns each run side by side; one scan takes one core. -#}
    {%- set batches = unmet.items() | batch(40) | list -%}
    with
    {% for batch in batches %}
        suspects_{{ loop.index }} as (

            select
                {% for expectation, unmet_by in batch %}
                    case
                        when {{ unmet_by.fails }}
                            then concat_ws(
                                ' ',
                                {% for column in key -%}
                                    {{ column }},
                                {% endfor -%}
                                coalesce(left(cast({{ unmet_by.column }} as varchar), 100), 'null')
                            )
                    end as {{ adapter.quote(expectation) }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ relation }}
            where
                {{ batch | map('last') | map(attribute='fails') | join('\n                or ') }}

        ),

    {% endfor %}
    labelled as (

        {% for _ in batches %}
            select
                expectation,
                example
            from (
                unpivot suspects_{{ loop.index }}
                on columns(*)
                into name expectation value example
            )
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    )

    select
        expectation,
        count(*) as rows_against,
        min(example) as example
    from labelled
    group by expectation
{% endmacro %}
