"""One GraphQL schema in front of the legacy back offices of Iran's Social Security Organisation."""
