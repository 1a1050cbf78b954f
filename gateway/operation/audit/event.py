"""What is written down of one answer. Persons, workshops and end users stand in it under keyed hashes only."""

import datetime
import enum
from itertools import chain

import msgspec

from gateway.domain.access import Wording


class Decision(enum.Enum):
    """PARTLY: some of what was asked for was released and some refused. INTENDED: a change is about to be carried out;
    what came of it is an event of its own, under the same correlation id."""

    RELEASED = "RELEASED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"
    INTENDED = "INTENDED"


class Who(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`subject` and `end_user` are keyed hashes; `thumbprint` is the key that the token is bound to."""

    kind: str
    client: str | None = None
    thumbprint: str | None = None
    end_user: str | None = None
    subject: str | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The contract in the version under which the answer was made, with the words that citizens are shown."""

    name: str
    version: str
    agency: Wording
    purpose: Wording
    legal_basis: str


class Release(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Schema coordinates whose values left, and all the persons and workshops about whom just these left."""

    fields: tuple[str, ...]
    persons: tuple[str, ...] = ()
    workshops: tuple[str, ...] = ()


class Refusal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A coordinate that was refused, and about whom where that is known. `coordinate` is empty for a whole request."""

    code: str
    coordinate: str = ""
    persons: tuple[str, ...] = ()


class SourceUsed(msgspec.Struct, frozen=True, kw_only=True):
    """`fetched_at` is when the oldest of the facts was fetched."""

    source: str
    freshness: str
    fetched_at: datetime.datetime


class ReleaseEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`document` is a keyed hash of the operation's text with its literals stripped."""

    id: str
    at: datetime.datetime
    correlation_id: str
    who: Who
    agreement: Agreement | None = None
    operation: str
    document: str
    decision: Decision
    released: tuple[Release, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sources: tuple[SourceUsed, ...] = ()
    sealed_until: datetime.datetime | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        """All whom the event is about, sorted: each has a thread through it."""
        parts: tuple[Release | Refusal, ...] = (*self.released, *self.refusals)
        named = sorted(chain.from_iterable(one.persons for one in parts))  # each part is sorted, which makes it quick
        return tuple(dict.fromkeys(named))

    def body(self) -> bytes:
        """The canonical bytes."""
        return msgspec.json.encode(self, order="sorted")


def event_from(body: bytes) -> ReleaseEvent:
    """Raises msgspec.MsgspecError for what is no event."""
    return msgspec.json.decode(body, type=ReleaseEvent)
