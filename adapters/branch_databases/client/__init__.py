"""Asks the branches and keeps the replica of their directory. Knows SQL and no record of the domain."""
