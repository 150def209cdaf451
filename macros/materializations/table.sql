{# dbt-duckdb's own, but for a table in which nothing would change.
  `call_macro` adds nothing to dbt's stack of macros: it lets only a
  materialization itself submit a Python model. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ return(build_unless_kept.call_macro(
        dbt.materialization_table_duckdb.call_macro
    )) }}
{% endmaterialization %}
