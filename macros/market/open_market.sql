{% macro open_market() %}
    {%- if execute and var('market') != invocation_args_dict.get('vars', {}).get('market', 'simulated') -%}
        {%- do exceptions.raise_compiler_error(
            "var market can only be set on the command line, with --vars '{market: "
            ~ var('market') ~ "}', since the warehouse's file name follows it"
        ) -%}
    {%- endif -%}
    {%- if execute and flags.WHICH == 'freshness' and var('market') == 'simulated' -%}
        {%- do exceptions.raise_compiler_error(
            "the built-in market is made by each build and cannot be stale: name your own with "
            ~ "--vars '{market: ../my_data}'"
        ) -%}
    {%- endif -%}
    {%- if execute and var('market') != 'simulated' -%}
        {%- set contract = {} -%}
        {%- set ids = {} -%}
        {%- set optional = [] -%}
        {%- for source in graph.sources.values() if source.source_name == 'market' -%}
            {%- set columns = {} -%}
            {%- for column in source.columns.values() -%}
                {%- do columns.update({column.name: dict(type=column.data_type, **column.config.meta)}) -%}
            {%- endfor -%}
            {%- do contract.update({source.name: columns}) -%}
            {%- do ids.update({source.name: source.unique_id}) -%}
            {%- if source.config.meta.get('optional') -%}
                {%- do optional.append(source.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do adapter.store_relation('market', none, [], '', '', {
            'market': var('market'), 'contract': contract, 'optional': optional
        }) -%}
        {%- for table, version in run_query(
            'select table_name, version from market.main.versions'
        ).rows -%}
            {%- do forget_build(ids[table]) -%}
            {%- do remember_build(ids[table], version) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
