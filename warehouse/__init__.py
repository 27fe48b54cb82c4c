"""Store: the only package that imports duckdb."""
