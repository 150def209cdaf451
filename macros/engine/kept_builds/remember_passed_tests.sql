{% macro remember_passed_tests(results) %}
    {%- if execute -%}
        {%- set passed = run_state().get('passed_tests', {}) -%}
        {%- set kept = kept_nodes(results) -%}
        {%- for result in results
            if result.node.resource_type == 'unit_test' and result.status == 'pass'
            and result.node.unique_id not in kept and flags.WHICH == 'build' -%}
            {#- As a dictionary, in which dates are text, as in the unit test's own run. -#}
            {%- set node = result.node.to_dict() -%}
            {%- set fingerprint = unit_test_fingerprint(node.compiled_code, node.config) -%}
            {%- if fingerprint -%}
                {%- do passed.update({result.node.unique_id: fingerprint}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if passed -%}
            {%- set rows = [] -%}
            {%- for node, fingerprint in passed.items() -%}
                {%- do rows.append("('" ~ node ~ "', '" ~ fingerprint ~ "', now())") -%}
            {%- endfor -%}
            {%- do run_query(
                'delete from ' ~ build_fingerprints() ~ " where node in ('"
                ~ passed | join("', '") ~ "')"
            ) -%}
            {%- do run_query(
                'insert into ' ~ build_fingerprints()
                ~ ' (node, fingerprint, finished_at) values ' ~ rows | join(', ')
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
