"""What citizens ask the Organisation for, and how far it has come."""

import datetime
import enum

import msgspec

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.services import RequestKind


class RequestState(enum.Enum):
    ACCEPTED = "ACCEPTED"
    QUEUED = "QUEUED"
    DELIVERED = "DELIVERED"
    IN_REVIEW = "IN_REVIEW"
    NEEDS_INFORMATION = "NEEDS_INFORMATION"
    SCHEDULED = "SCHEDULED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


CLOSED = frozenset({RequestState.APPROVED, RequestState.REJECTED, RequestState.WITHDRAWN, RequestState.EXPIRED})


class Assessment(enum.Enum):
    """PENDING: a system that has to be asked did not answer yet. REFUSED: its facts do not allow it."""

    PENDING = "PENDING"
    PASSED = "PASSED"
    REFUSED = "REFUSED"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that does not hold: what was found, what it needs, and who said what was found. None: the request."""

    rule: str
    found: str
    needed: str
    source: Source | None
    words: Wording


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an assessment computed or an office decided. `value` as the graph writes such a value: days and
    amounts in rial as digits, Jalali days as 1403-01-31."""

    name: str
    value: str
    words: Wording


class RequestStep(msgspec.Struct, frozen=True, kw_only=True):
    """`note` is what the office wrote for the citizen, where it wrote something."""

    state: RequestState
    at: datetime.datetime
    note: str | None = None


class ActKind(enum.Enum):
    """What the citizen does about a request that stands."""

    SUPPLY = "SUPPLY"
    WITHDRAW = "WITHDRAW"
    APPEAL = "APPEAL"


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is how the office knows it, so that it takes it once. `forwarded_at` is None until it has."""

    reference: str
    kind: ActKind
    at: datetime.datetime
    documents: tuple[str, ...] = ()
    text: str | None = None
    forwarded_at: datetime.datetime | None = None


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime.datetime
    place: str


class ServiceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is ours and also the reference under which the office receives it once. `applicant` is whose request it is.

    `details` are of the kind, as its translation wrote them. `steps` are oldest first, the last is the state.
    `instance` counts the boards that looked at it: 1, and 2 after an appeal. `needs` is what the office asks for.
    `information_until` and `appeal_until` are None where the term is not known, or does not run.
    """

    id: str
    kind: RequestKind
    applicant: NationalId
    details: bytes
    tracking_code: str
    steps: tuple[RequestStep, ...]
    assessment: Assessment
    reasons: tuple[Reason, ...] = ()
    acts: tuple[Act, ...] = ()
    office_number: str | None = None
    instance: int = 1
    needs: str | None = None
    information_until: datetime.datetime | None = None
    appointment: Appointment | None = None
    outcome: str | None = None
    results: tuple[Figure, ...] = ()
    appeal_until: datetime.datetime | None = None
    receipt: str = ""
    version: int = 1

    @property
    def state(self) -> RequestState:
        return self.steps[-1].state

    @property
    def accepted_at(self) -> datetime.datetime:
        return self.steps[0].at

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def waiting_act(self) -> Act | None:
        """The citizen's oldest act that the office does not have yet."""
        return next((act for act in self.acts if act.forwarded_at is None), None)

    def moved(self, state: RequestState, at: datetime.datetime, note: str | None = None) -> "ServiceRequest":
        """In another state; in the same one, where the office has nothing new to say, it is the same request."""
        last = self.steps[-1]
        if last.state is state and last.note == note:
            return self
        return msgspec.structs.replace(self, steps=(*self.steps, RequestStep(state=state, at=at, note=note)))
