"""Events in their places as rows of the record's tables, in the order of the columns there."""

import datetime
from typing import NamedTuple

import msgspec

from gateway.operation.audit.chain import Link
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.wording import is_listed

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


class EventRow(NamedTuple):
    writer: str
    number: int
    event: str
    correlation_id: str
    previous: bytes
    threads: bytes
    body: bytes
    hash: bytes


class MentionRow(NamedTuple):
    person: str
    number: int
    event: str
    at: int
    listed: bool
    sealed_until: int | None


def event_row(event: ReleaseEvent, link: Link, hash_: bytes) -> EventRow:
    """`hash_` is the link's own, which whoever made the chain has at hand."""
    return EventRow(
        link.writer,
        link.number,
        event.id,
        event.correlation_id,
        link.previous,
        msgspec.json.encode(link.threads),
        link.body,
        hash_,
    )


def mention_rows(event: ReleaseEvent, link: Link) -> list[MentionRow]:
    listed = {p for release in event.released if is_listed(release.fields) for p in release.persons}
    at = microseconds(event.at)
    sealed_until = microseconds(event.sealed_until) if event.sealed_until else None
    return [
        MentionRow(thread.person, thread.number, event.id, at, thread.person in listed, sealed_until)
        for thread in link.threads
    ]


def microseconds(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
