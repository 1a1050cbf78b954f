"""What the branches' databases hold and how they are asked (docs/systems/branch_databases.md)."""
