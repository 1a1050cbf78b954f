"""Frozen records, checked identifiers and the two words for asking and failing. Knows no framework and no neighbour."""
