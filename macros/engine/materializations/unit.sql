{% materialization unit, adapter='duckdb' %}
    {%- set fingerprint = unit_test_fingerprint(sql, model.config) if flags.WHICH == 'build' -%}
    {%- if fingerprint and not flags.FULL_REFRESH and run_query(
        'select count(*) from ' ~ build_fingerprints()
        ~ " where node = '" ~ model.unique_id ~ "' and fingerprint = '" ~ fingerprint ~ "'"
    ).rows[0][0] -%}
        {%- do say_kept(run_query("select 'actual' as actual_or_expected where false")) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {{ return(dbt.materialization_unit_default()) }}
{% endmaterialization %}
