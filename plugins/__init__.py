"""What dbt needs beside SQL: plugins of dbt-duckdb, named in profiles.yml."""
