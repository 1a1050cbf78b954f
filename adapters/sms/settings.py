"""Where the SMS gateway is, our account there, and how much we ask at once."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class SmsSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://", description="The service: scheme, host, port, a prefix if any")
    username: str = Field(description="Our account (HTTP Basic)")
    password: SecretStr = Field(description="Its password")
    ca_file: str | None = Field(None, description="Certificates to trust instead of the machine's own (PEM)")
    timeout: float = Field(5.0, gt=0, description="Seconds for one call")
    parallelism: int = Field(8, ge=1, description="Calls in flight at once, over all requests")
    max_answer_bytes: int = Field(4_000_000, ge=1_000, description="A longer answer is refused")
