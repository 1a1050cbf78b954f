"""The access logs of persons inside the record: each event knows, for whom it is listed, the entry before it.

An event's `listed` are 32 bytes a person, in the order of their pseudonyms: the person's, then the id of the entry
before in that person's log, or NONE. So an entry costs nothing but its place in the event, and a log is read from its
newest entry back (`reading.py`). Both are as `verifying.py` works them out from the events, or it says so.
"""

from collections.abc import Iterator
from itertools import chain

from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.wording import is_listed

NONE = bytes(16)
_SIZE = 16


def listed_persons(event: ReleaseEvent) -> list[bytes]:
    """In whose access logs the event stands. Raises ValueError for what is no pseudonym."""
    named = chain.from_iterable(release.persons for release in event.released if is_listed(release.fields))
    return list(dict.fromkeys(sorted(map(bytes.fromhex, named))))


def entries_of(listed: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each person, and the entry before."""
    for start in range(0, len(listed), 2 * _SIZE):
        yield listed[start : start + _SIZE], listed[start + _SIZE : start + 2 * _SIZE]
