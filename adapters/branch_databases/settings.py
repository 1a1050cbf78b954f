"""Where the branches are, and how long we wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from adapters.outbound.sql import known_url
from gateway.domain.addresses import named
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode
from gateway.domain.settable import Count, Duration, YearPivot


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSettings:
    url: str = field(repr=False)  # holds a password
    encoding: CodePage = CodePage.CP1256

    def __post_init__(self) -> None:
        named("url", known_url, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchDatabasesSettings:
    """`branches` by their four-digit code. Times in seconds.

    `year_pivot`: two-digit years up to it are 14xx, above it 13xx. `replica_file`: where the replica of the directory
    is kept; in memory, it is loaded anew at each start. Each process needs a file of its own.
    """

    directory_url: str = field(repr=False)
    branches: Mapping[str, BranchSettings]
    year_pivot: YearPivot = 49
    timeout: Duration = 3.0
    pool_size: Count = 8
    persons_per_statement: Annotated[int, Ge(1), Le(500)] = 500
    directory_refresh: Duration = 30.0
    directory_page: Count = 5_000
    replica_file: str = ":memory:"

    def __post_init__(self) -> None:
        named("directory_url", known_url, self.directory_url)
        for code in self.branches:
            BranchCode(code)
