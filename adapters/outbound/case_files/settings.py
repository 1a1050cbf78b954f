"""Where an office is, our account there, and how patient we are with it."""

from pydantic import Field

from adapters.outbound.settings import JsonServiceSettings


class OfficeSettings(JsonServiceSettings):
    timeout: float = Field(10.0, gt=0, description="Seconds for one call; documents travel in it")
    parallelism: int = Field(4, ge=1, description="Calls in flight at once")
    max_answer_bytes: int = Field(1_000_000, ge=1_000, description="A longer answer is refused")
