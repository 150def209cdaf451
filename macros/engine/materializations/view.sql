{% materialization view, adapter='duckdb' %}
    {{ return(build_unless_kept(dbt.materialization_view_default)) }}
{% endmaterialization %}
