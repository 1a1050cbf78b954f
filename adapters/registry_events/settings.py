"""Where the registry's feed of events is, our account there, and how much we ask at once."""

from pydantic import Field

from adapters.outbound.settings import JsonServiceSettings


class RegistryEventsSettings(JsonServiceSettings):
    patience: float = Field(10.0, gt=0, description="Seconds for one batch, queueing included")
    batch_size: int = Field(100, ge=1, le=100, description="National codes a call")
