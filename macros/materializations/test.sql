{#
  dbt's own, but for a test that passed on the same tables: only passes are
  remembered, and only while test and tables stay what they were. `dbt test`
  runs every test.
#}
{% materialization test, adapter='duckdb' %}
    {%- set fingerprint = node_fingerprint()
        if flags.WHICH == 'build' and not should_store_failures() else {'now': none} -%}
    {%- if fingerprint.now is not none and fingerprint.now == fingerprint.last
        and not flags.FULL_REFRESH -%}
        {%- call statement('main', fetch_result=true, auto_begin=false) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- if fingerprint.last or fingerprint.now is none -%}
        {%- do forget_build(model.unique_id) -%}
    {%- endif -%}
    {%- set tested = dbt.materialization_test_default() -%}
    {%- set found = load_result('main')['data'][0] -%}
    {%- if fingerprint.now is not none and not found[1] and not found[2] -%}
        {%- do remember_build(model.unique_id, fingerprint.now) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return(tested) }}
{% endmaterialization %}
