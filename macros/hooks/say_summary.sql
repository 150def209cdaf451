{% macro say_summary(results) %}
    {%- if execute and results and flags.WHICH == 'build' -%}
        {%- set by_name = {} -%}
        {%- for result in results -%}
            {%- do by_name.update({result.node.name: result}) -%}
        {%- endfor -%}
        {%- set failed = results | selectattr('status', 'in', ['error', 'fail']) | list -%}
        {%- set kept = kept_nodes(results) | length -%}
        {%- set lines = [] -%}
        {%- if 'build_summary' in by_name and by_name['build_summary'].status == 'success'
            and 'published' in by_name and by_name['published'].message != 'not published' -%}
            {%- do lines.extend(run_query(
                'select sentence from ' ~ by_name['build_summary'].node.relation_name
                ~ ' order by place'
            ).columns[0].values()) -%}
            {%- do lines.append(
                kept ~ ' of ' ~ results | length
                ~ ' nodes were kept from the build before: nothing that they read has changed.'
            ) if kept -%}
            {%- do lines.append('Look at it: make dashboard') -%}
        {%- elif 'published' in by_name and failed -%}
            {%- do lines.append(
                'Nothing new is published, and what was published before stays: '
                ~ failed | length ~ ' of ' ~ results | length ~ ' nodes failed. The first is '
                ~ failed[0].node.name ~ '.'
            ) -%}
        {%- endif -%}
        {%- for line in lines -%}
            {%- do log(line, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
