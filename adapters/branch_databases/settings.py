"""Where the branches are, and how long we wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSettings:
    url: str = field(repr=False)  # holds a password
    encoding: CodePage = CodePage.CP1256


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchDatabasesSettings:
    """`branches` by their four-digit code. Times in seconds.

    `year_pivot`: two-digit years up to it are 14xx, above it 13xx. `replica_file`: where the replica of the directory
    is kept; in memory, it is loaded anew at each start. Each process needs a file of its own.
    """

    directory_url: str = field(repr=False)
    branches: Mapping[str, BranchSettings]
    year_pivot: int = 49
    timeout: float = 3.0
    pool_size: int = 8
    persons_per_statement: int = 500
    directory_refresh: float = 30.0
    directory_page: int = 5_000
    replica_file: str = ":memory:"

    def __post_init__(self) -> None:
        for code in self.branches:
            BranchCode(code)
        if not 0 <= self.year_pivot <= 99:
            raise ValueError("year_pivot must be between 0 and 99")
        if not 1 <= self.persons_per_statement <= 500:
            raise ValueError("persons_per_statement must be between 1 and 500")
        if min(self.timeout, self.pool_size, self.directory_refresh, self.directory_page) <= 0:
            raise ValueError("timeout, pool_size, directory_refresh and directory_page must be above 0")
