"""Models in the warehouse: registry, rows, explanations, publications, record, progress."""
