"""One function an answered field: checks the right, asks a loader, returns a domain record. Knows no schema type."""
