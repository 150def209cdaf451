"""Loads a market: fetches what Tiingo and the SEC answer, and keeps it as it came.

SQL makes the input tables of it (models/loading); docs/loading.md says how to use it.
"""
