"""Where an office is, our account there, and how patient we are with it."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class OfficeSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://", description="The office's service: scheme, host, port, a prefix if any")
    username: str = Field(description="Our account (HTTP Basic)")
    password: SecretStr = Field(description="Its password")
    ca_file: str | None = Field(None, description="Certificates to trust instead of the machine's own (PEM)")
    timeout: float = Field(10.0, gt=0, description="Seconds for one call; documents travel in it")
    parallelism: int = Field(4, ge=1, description="Calls in flight at once")
    max_answer_bytes: int = Field(1_000_000, ge=1_000, description="A longer answer is refused")
