"""Where each branch takes lists, our account there, and how patient we are."""

from pydantic import Field, field_validator

from adapters.outbound.settings import AccountSettings, ChannelSettings
from gateway.domain.addresses import http_url, named
from gateway.domain.identifiers import BranchCode


class BranchIntakeSettings(ChannelSettings, AccountSettings):
    """One account at all branches."""

    branches: dict[str, str] = Field(description="By branch code: scheme, host, port, a prefix if any")
    timeout: float = Field(30.0, gt=0, description="Seconds for one list, up to the branch's word")
    parallelism: int = Field(2, ge=1, description="Lists on their way to one branch at once")
    max_answer_bytes: int = Field(100_000, ge=1_000, description="A longer answer is refused")

    @field_validator("branches")
    @classmethod
    def _codes_and_urls(cls, branches: dict[str, str]) -> dict[str, str]:
        for code, url in branches.items():
            BranchCode(code)
            named("a branch's address", http_url, url)
        return branches
