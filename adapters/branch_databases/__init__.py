"""The branches' own databases: one SQL database a branch, and a directory of who is where.

The wire is in docs/systems/branch_databases.md; traps of the field in domain.md 2.1 to 2.3.
"""

from adapters.branch_databases.settings import BranchDatabasesSettings, BranchSettings
from adapters.branch_databases.source import BranchDatabases, connect
from gateway.domain.code_pages import CodePage

__all__ = ["BranchDatabases", "BranchDatabasesSettings", "BranchSettings", "CodePage", "connect"]
