{% materialization test, adapter='duckdb' %}
    {%- set fingerprint = node_fingerprint()
        if flags.WHICH == 'build' and not should_store_failures() -%}
    {%- set state = run_state() -%}
    {%- set last = state.kept_builds.get(model.unique_id) -%}
    {%- if last and fingerprint == last.fingerprint and not flags.FULL_REFRESH -%}
        {%- do say_kept(state.no_failures) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- do require_built() -%}
    {%- do forget_build(model.unique_id) -%}
    {%- set tested = dbt.materialization_test_default() -%}
    {%- set found = load_result('main')['data'][0] -%}
    {%- if fingerprint and not found[1] and not found[2] -%}
        {%- do state.passed_tests.update({model.unique_id: fingerprint}) -%}
    {%- endif -%}
    {{ return(tested) }}
{% endmaterialization %}
