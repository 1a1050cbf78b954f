"""Where the civil registry is, who we are to it, and what its code values mean."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from adapters.outbound.http import HttpClient

PATH = "/services/GSB_SabteAhval_Online.GSB_SabteAhval_OnlineHttpSoap11Endpoint"


class CivilRegistrySettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://", description="The service bus: scheme, host, port and a prefix if any")
    path: str = Field(PATH, pattern="^/", description="The SOAP endpoint on the bus")
    username: str = Field(description="Our account, sent by HTTP Basic")
    password: SecretStr = Field(description="Its password")
    ca_file: str | None = Field(None, description="Certificates to trust instead of the machine's own (PEM)")
    http_client: HttpClient = Field(HttpClient.AIOHTTP, description="Whose client makes the calls: aiohttp, or httpx")
    timeout: float = Field(3.0, gt=0, description="Seconds for one call")
    patience: float = Field(10.0, gt=0, description="Seconds for one person, waiting for a free slot included")
    parallelism: int = Field(16, ge=1, description="Calls in flight at once, over all requests")
    max_answer_bytes: int = Field(2_000_000, ge=1_000, description="A longer answer is refused; photos are the longest")
    female_codes: frozenset[int] = Field(frozenset({0}), description="Values of gender that mean female")
    male_codes: frozenset[int] = Field(frozenset({1}), description="Values of gender that mean male")
    alive_codes: frozenset[int] = Field(frozenset({0}), description="Values of deathStatus that mean alive")
    deceased_codes: frozenset[int] = Field(frozenset({1}), description="Values of deathStatus that mean deceased")
