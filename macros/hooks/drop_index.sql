{#
  For a pre-hook: drops the table's index, which a post-hook makes anew. Merging
  rows that are there already into a table with an index takes time that grows
  with the square of the rows of a key.
#}
{% macro drop_index(relation) %}
    drop index if exists "{{ relation.identifier }}_index"
{% endmacro %}
