"""Where the SMS gateway is, our account there, and how much we ask at once."""

from adapters.outbound.settings import JsonServiceSettings


class SmsSettings(JsonServiceSettings):
    """A service as any."""
