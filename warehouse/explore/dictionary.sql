-- One row per table, view or macro, and per column.
from dictionary;
