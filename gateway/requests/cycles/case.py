"""A case of a cycle: whom an event concerns, what was decided and done; and what a kind of cycle has to say."""

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.messages import Message
from gateway.domain.money import Rial
from gateway.domain.registry_event import RegistryEvent
from gateway.domain.request import Reason


class Outcome(enum.Enum):
    """GRANTED and ENDED have an effect outside. UNREAD: a system did not answer, so often as it was asked."""

    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"
    KEPT = "KEPT"
    NOT_COVERED = "NOT_COVERED"
    UNDECIDED = "UNDECIDED"
    UNREAD = "UNREAD"


EFFECTIVE = (Outcome.GRANTED, Outcome.ENDED)


class Effect(enum.Enum):
    """REFUSED_US: the other side does not take it: an operator has to look; nothing more is done by itself."""

    DOCUMENT = "DOCUMENT"
    NO_ACCOUNT = "NO_ACCOUNT"
    NOTHING_TO_PAY = "NOTHING_TO_PAY"
    FILED = "FILED"
    REFUSED_US = "REFUSED_US"


class Told(enum.Enum):
    TAKEN = "TAKEN"
    NO_NUMBER = "NO_NUMBER"
    NOTHING = "NOTHING"  # there is nothing to say to them
    REFUSED_US = "REFUSED_US"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`reasons` are the rules that do not hold. `amount` is what is granted; `on` the day from which something is over,
    under which supporter and at which branch."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    amount: Rial | None = None
    on: Day | None = None
    supporter: NationalId | None = None
    branch: BranchCode | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is a keyed hash, and the reference under which others know what is done about it."""

    id: str
    person: NationalId
    sequence: int
    registered_on: Day
    verdict: Verdict | None = None
    effect: Effect | None = None
    document: str | None = None


class CycleKind(Protocol):
    name: str

    def concerned(self, event: RegistryEvent) -> tuple[NationalId, ...]:
        """Whose case an event is; nobody's, mostly."""
        ...

    def once(self, event: RegistryEvent, person: NationalId, month: YearMonth) -> str:
        """What is a case once, whatever is read or run again. Personal: it is hashed before it is kept."""
        ...

    def granted_once(self, case: Case) -> str | None:
        """What can be granted once; None where nothing can. Personal as well."""
        ...

    def granted_before(self) -> Reason: ...

    async def assess(self, cases: Sequence[Case]) -> Mapping[str, Verdict | SourceFailure]:
        """By the case's id, all of them."""
        ...

    async def carry_out(self, case: Case) -> tuple[Effect, str | None]:
        """What follows from a case, repeatable by its id; and the number it got. Raises SourceFailure."""
        ...

    def message(self, case: Case) -> Message | None: ...
