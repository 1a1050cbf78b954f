"""Where the finance department's service is, our account there, and how much we ask at once."""

from pydantic import Field

from adapters.outbound.settings import JsonServiceSettings


class FinanceSettings(JsonServiceSettings):
    patience: float = Field(10.0, gt=0, description="Seconds for one batch, queueing included")
    batch_size: int = Field(50, ge=1, le=50, description="Document numbers a call")
