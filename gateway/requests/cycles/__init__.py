"""Services for people who never ask: each month's events of the civil registry, worked through in batches."""
