{% macro unit_test_fingerprint(code, config) %}
    {%- if not var('keep_builds') or mentions_moment(code) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(local_md5(tojson([
        code,
        config.get('expected_rows'),
        config.get('expected_sql'),
        run_query("select getvariable('libraries')").rows[0][0] | string,
        run_started_at.strftime('%Y-%m-%d') if mentions_today(code) else none,
    ]))) }}
{% endmacro %}
