"""Turns rows of the branches into records. Pure: knows no database. A row that makes no sense is a ValueError."""
