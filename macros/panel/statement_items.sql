{#
  Rows of the seed statement_items as a list of {data_code, column_name, ...},
  read from its file, so that models can make one column of each item.
#}
{% macro statement_items() %}
    {{ return(seed_rows('statement_items')) }}
{% endmacro %}
