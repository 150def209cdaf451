{# dbt's own, but for a seed in which nothing would change. #}
{% materialization seed, adapter='duckdb' %}
    {{ return(build_unless_kept(dbt.materialization_seed_default)) }}
{% endmaterialization %}
