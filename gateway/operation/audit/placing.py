"""Puts events in their places: into their writer's chain, into the threads and into the access logs of their persons.

Where an answer is about hundreds of persons this is most of what Python does for it: hence no object a person, and one
pass over them for each thing that is made of them.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from gateway.operation.audit.chain import BEGINNING, Head, Link
from gateway.operation.audit.entries import NONE, listed_persons
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.rows import EventRow, event_row
from gateway.operation.audit.wording import is_listed

# Of a person: how many events the thread has, the hash of the last in hexadecimal, the newest entry of the access log.
End = tuple[int, str, bytes]
NOT_BEGUN: End = (0, BEGINNING.hex(), NONE)


class Prepared(NamedTuple):
    """What can be made of an event before its place is known. `keys` are its persons, in their order; `listed` those of
    them in whose access logs it stands."""

    event: ReleaseEvent
    body: bytes
    persons: Sequence[str]
    keys: list[bytes]
    listed: list[bytes]


def prepared(event: ReleaseEvent) -> Prepared:
    """Raises ValueError for what is no pseudonym."""
    persons = event.persons
    keys = list(map(bytes.fromhex, persons))
    is_listed_to_all = not event.refusals and len(event.released) == 1 and is_listed(event.released[0].fields)
    return Prepared(event, event.body(), persons, keys, keys if is_listed_to_all else listed_persons(event))


def keys_of(group: Sequence[Prepared]) -> list[bytes]:
    """All whom the events are about, each once, sorted: the order in which locks are taken."""
    if len(group) == 1:
        return group[0].keys
    return list(dict.fromkeys(sorted(chain.from_iterable(one.keys for one in group))))


def placed(writer: str, head: Head, ends: dict[bytes, End], group: Sequence[Prepared]) -> tuple[list[EventRow], Head]:
    """The events' rows, and the chain's head after them. `ends` has all whom they are about, and is moved on."""
    rows = []
    for event, body, persons, keys, listed in group:
        before = [ends[key] for key in keys]
        threads = [(person, number + 1, last) for person, (number, last, _) in zip(persons, before, strict=True)]
        link = Link(
            writer=writer,
            number=head.number + 1,
            previous=head.hash,
            threads=msgspec.json.encode(threads),
            body=body,
        )
        head = Head(link.number, link.hash)
        last, name = head.hash.hex(), bytes.fromhex(event.id)
        if listed == keys:
            entries = [part for key, (_, _, entry) in zip(keys, before, strict=True) for part in (key, entry)]
            ends.update({key: (number + 1, last, name) for key, (number, _, _) in zip(keys, before, strict=True)})
        else:
            entries = [part for key in listed for part in (key, ends[key][2])]
            for key, (number, _, entry) in zip(keys, before, strict=True):
                ends[key] = (number + 1, last, entry)
            for key in listed:
                ends[key] = (*ends[key][:2], name)
        rows.append(event_row(event, link, head.hash, b"".join(entries)))
    return rows, head
