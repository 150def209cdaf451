{% macro check_feature_catalogue() %}
    {%- if execute -%}
        {%- do check_seed_lines('feature_catalogue') -%}
        {%- set makers = [] -%}
        {%- for node in graph.nodes.values() if node.name.startswith('int_')
            and node.resource_type == 'model' -%}
            {%- do makers.append(node.name) -%}
        {%- endfor -%}
        {%- set allowed = {
            'kind': ['numeric', 'categorical'],
            'family': [
                'momentum', 'risk', 'liquidity', 'investment', 'size', 'value',
                'profitability', 'quality', 'growth', 'safety', 'scaled item',
                'statement item', 'factor score', 'category',
            ],
            'unit': [
                'ln ratio', 'ratio', 'per year', 'USD', 'reporting currency',
                'reporting currency per share', 'shares', 'days', 'months',
                'count', 'points', '0 to 1', '-0.5 to 0.5', 'name',
            ],
            'made_by': makers | sort,
            'direction': ['-1', '0', '1'],
            'in_model': ['True', 'False'],
            'ranked': ['True', 'False'],
        } -%}
        {%- set features = catalogued_features() -%}
        {%- set declared = graph.nodes['model.' ~ project_name ~ '.features'].columns -%}
        {%- set names = features | map(attribute='feature') | list -%}
        {%- set ranked = features | selectattr('ranked')
            | map(attribute='feature') | list -%}
        {%- for row in features -%}
            {%- set wrong = [] -%}
            {%- for column, values in allowed.items()
                if row[column] | string not in values -%}
                {%- do wrong.append(
                    "has " ~ column ~ " '" ~ row[column] ~ "': give one of "
                    ~ values | join(', ')
                ) -%}
            {%- endfor -%}
            {%- if not row.formula -%}
                {%- do wrong.append("has no formula") -%}
            {%- endif -%}
            {%- if names.count(row.feature) > 1 -%}
                {%- do wrong.append("has two rows") -%}
            {%- endif -%}
            {%- if (row.kind == 'categorical') != (row.unit == 'name') -%}
                {%- do wrong.append(
                    "is " ~ row.kind ~ " with unit '" ~ row.unit
                    ~ "': a category's unit is 'name', a number's is not"
                ) -%}
            {%- endif -%}
            {%- if row.ranked and row.kind == 'categorical' -%}
                {%- do wrong.append("is a category, and cannot be ranked") -%}
            {%- endif -%}
            {%- for suffix in ['_rank', '_sector_rank']
                if row.ranked and row.feature ~ suffix not in names -%}
                {%- do wrong.append(
                    "is ranked: add a row for " ~ row.feature ~ suffix
                    ~ ", made by int_ranks"
                ) -%}
            {%- endfor -%}
            {%- if row.made_by == 'int_ranks' and modules.re.sub(
                '(_sector)?_rank$', '', row.feature
            ) not in ranked -%}
                {%- do wrong.append(
                    "is made by int_ranks, but no ranked feature has that name "
                    ~ "without _rank or _sector_rank"
                ) -%}
            {%- endif -%}
            {%- if row.feature not in declared -%}
                {%- do wrong.append(
                    "is not in models/panel/features.yml yet: run make catalogue, which "
                    ~ "describes it there"
                ) -%}
            {%- endif -%}
            {%- if wrong -%}
                {%- do exceptions.raise_compiler_error(
                    "seeds/feature_catalogue.csv: " ~ row.feature ~ " " ~ wrong[0]
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
