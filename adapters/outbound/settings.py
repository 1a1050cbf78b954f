"""What the settings of all systems over HTTP have in common; each has defaults that suit it."""

import base64
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from adapters.outbound.http_clients import HttpClient
from gateway.domain.addresses import certificates, http_url


class ChannelSettings(BaseModel):
    """How patient we are with a system, and how much of it we take at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    ca_file: Annotated[str, AfterValidator(certificates)] | None = Field(
        default=None, description="Certificates to trust instead of the machine's own (PEM)"
    )
    http_client: HttpClient = Field(
        default=HttpClient.AIOHTTP, description="Whose client makes the calls: aiohttp or httpx"
    )
    timeout: float = Field(default=5.0, gt=0, description="Seconds for one call")
    parallelism: int = Field(default=8, ge=1, description="Calls in flight at once, over all requests")
    max_answer_bytes: int = Field(default=4_000_000, ge=1_000, description="A longer answer is refused")


class SystemSettings(ChannelSettings):
    url: Annotated[str, AfterValidator(http_url)] = Field(
        description="The service: scheme, host, port, a prefix if any"
    )


class AccountSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str = Field(description="Our account (HTTP Basic)")
    password: SecretStr = Field(description="Its password")

    def authorization(self) -> str:
        """The header's value (RFC 7617)."""
        account = f"{self.username}:{self.password.get_secret_value()}".encode()
        return "Basic " + base64.b64encode(account).decode("ascii")


class JsonServiceSettings(SystemSettings, AccountSettings):
    """A system that takes JSON over HTTP Basic."""
