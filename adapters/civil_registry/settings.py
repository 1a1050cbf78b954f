"""Where the civil registry is, who we are to it, and what its code values mean."""

from pydantic import Field

from adapters.outbound.settings import AccountSettings, SystemSettings

PATH = "/services/GSB_SabteAhval_Online.GSB_SabteAhval_OnlineHttpSoap11Endpoint"


class CivilRegistrySettings(SystemSettings, AccountSettings):
    """`url` is the service bus."""

    path: str = Field(PATH, pattern="^/", description="The SOAP endpoint on the bus")
    timeout: float = Field(3.0, gt=0, description="Seconds for one call")
    patience: float = Field(10.0, gt=0, description="Seconds for one person, waiting for a free slot included")
    parallelism: int = Field(16, ge=1, description="Calls in flight at once, over all requests")
    max_answer_bytes: int = Field(2_000_000, ge=1_000, description="A longer answer is refused; photos are the longest")
    female_codes: frozenset[int] = Field(frozenset({0}), description="Values of gender that mean female")
    male_codes: frozenset[int] = Field(frozenset({1}), description="Values of gender that mean male")
    alive_codes: frozenset[int] = Field(frozenset({0}), description="Values of deathStatus that mean alive")
    deceased_codes: frozenset[int] = Field(frozenset({1}), description="Values of deathStatus that mean deceased")
