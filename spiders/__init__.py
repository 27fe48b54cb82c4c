"""Discover, fetch, archive, extract: from the web to articles."""
