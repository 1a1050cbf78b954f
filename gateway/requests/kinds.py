"""What this gateway takes requests for: a service's rules, the terms set for it, and the office that decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.domain.access import Wording
from gateway.domain.clock import Clock
from gateway.domain.decrees import UNDECREED, Decrees
from gateway.domain.failure import Source
from gateway.domain.office import Office
from gateway.domain.service import Details
from gateway.domain.services import RequestKind
from gateway.loading.loaders import Loaders
from gateway.requests.assessing import Assessed, Rules
from gateway.requests.reading import Reader
from gateway.requests.services import RULES
from gateway.requests.settings import RequestSettings, Terms
from gateway.rights.rights import Policy


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an assessment may ask with."""

    loaders: Loaders
    policy: Policy
    clock: Clock
    decrees: Decrees = UNDECREED

    async def assess(self, rules: Rules[Any, Any], details: Details, patience: float | None) -> Assessed:
        """Patience in seconds, None for as long as the loaders have."""
        return await rules.assess(Reader(self.loaders, self.policy, self.clock, patience, self.decrees), details)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    rules: Rules[Any, Any]
    terms: Terms
    office: Office = field(repr=False)

    @property
    def kind(self) -> RequestKind:
        return RequestKind(self.rules.service.name)

    @property
    def words(self) -> Wording:
        return self.rules.service.words

    def details_of(self, details: bytes) -> Details:
        said: Details = self.rules.details_of(details)
        return said


def kinds_of(offices: Mapping[Source, Office], settings: RequestSettings) -> Iterable[Kind]:
    """Every service whose office is there."""
    return tuple(
        Kind(rules=rules, terms=settings.terms_of(kind.value, rules.terms), office=offices[rules.service.office])
        for kind, rules in RULES.items()
        if rules.service.office in offices
    )
