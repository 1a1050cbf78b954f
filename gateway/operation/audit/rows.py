"""Events in their places as rows of the record's tables, in the order of the columns there."""

import datetime
from typing import NamedTuple

from gateway.operation.audit.chain import Link
from gateway.operation.audit.event import ReleaseEvent

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
    at: int
    sealed_until: int | None
    listed: bytes


def event_row(event: ReleaseEvent, link: Link, hash_: bytes, listed: bytes) -> EventRow:
    """`hash_` is the link's own, which whoever made the chain has at hand."""
    return EventRow(
        link.writer,
        link.number,
        event.id,
        event.correlation_id,
        link.previous,
        link.threads,
        link.body,
        hash_,
        microseconds(event.at),
        microseconds(event.sealed_until) if event.sealed_until else None,
        listed,
    )


def microseconds(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
