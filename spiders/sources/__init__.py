"""One file per source, named after its id."""
