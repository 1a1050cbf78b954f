"""From many resolvers to few questions: one loader a fact group, one round, one Lookup.

Sees only the Lookup protocol, never an adapter.
"""
