"""From many resolvers to few questions: one loader a fact group, one tick, one Lookup. Sees only the Lookup protocol."""
