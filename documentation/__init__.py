"""What writes and measures the documentation of the dbt project."""
