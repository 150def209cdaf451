{% macro unmet_expectations(relation, expectations) %}
    {%- set unmet = {} -%}
    {%- for expectation, columns in expectations.items() -%}
        {#- Bounds, not isfinite: DuckDB tells from a block's lowest and highest value. -#}
        {%- set condition = 'between -1.7976931348623157e308 and 1.7976931348623157e308'
            if expectation == 'is finite' else expectation -%}
        {%- for column in columns -%}
            {%- do unmet.update({
                column ~ ' ' ~ expectation: 'not (' ~ column ~ ' ' ~ condition ~ ')'
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    with suspects as (

        select
            {% for expectation, condition in unmet.items() %}
                {{ condition }} as {{ adapter.quote(expectation) }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ relation }}
        where
            {{ unmet.values() | join('\n            or ') }}

    ),

    labelled as (

        unpivot suspects
        on columns(*)
        into name expectation value is_unmet

    )

    select
        expectation,
        count(*) as rows_against
    from labelled
    where is_unmet
    group by expectation
{% endmacro %}
