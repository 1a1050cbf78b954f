"""Who may see what of whom: contracts, scopes, relations. Decides; asks no system and releases nothing itself."""
