{% materialization seed, adapter='duckdb' %}
    {{ return(build_unless_kept(dbt.materialization_seed_default)) }}
{% endmaterialization %}
