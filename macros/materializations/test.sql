{#
  dbt's own, but for a test that passed on the same tables: only passes are
  remembered, and only while test and tables stay what they were.
#}
{% materialization test, adapter='duckdb' %}
    {%- set fingerprint = none if should_store_failures() else node_fingerprint() -%}
    {%- if fingerprint is not none and fingerprint == known_build(model.unique_id).fingerprint -%}
        {%- call statement('main', fetch_result=true) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- do forget_build(model.unique_id) -%}
    {%- set tested = dbt.materialization_test_default() -%}
    {%- set found = load_result('main')['data'][0] -%}
    {%- if fingerprint is not none and not found[1] and not found[2] -%}
        {%- do remember_build(model.unique_id, fingerprint) -%}
    {%- endif -%}
    {{ return(tested) }}
{% endmaterialization %}
