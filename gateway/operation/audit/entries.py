"""The access logs of persons inside the record: each event knows, for whom it is listed, the entry before it.

An event's `listed` are 32 bytes a person, in the order of their pseudonyms: the person's, then the id of the entry
before in that person's log, or NONE. So an entry costs nothing but its place in the event, and a log is read from its
newest entry back (`reading.py`). Both are as `verifying.py` works them out from the events, or it says so.
"""

from collections.abc import Iterator, Sequence

from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.wording import is_listed

NONE = bytes(16)
_SIZE = 16


def entered(events: Sequence[ReleaseEvent], newest: dict[bytes, bytes]) -> list[bytes]:
    """What is listed of each event. `newest` has the newest entry by person, and is moved on."""
    listed = []
    for event in events:
        name, persons = bytes.fromhex(event.id), listed_persons(event)
        listed.append(b"".join([part for person in persons for part in (person, newest.get(person, NONE))]))
        newest |= dict.fromkeys(persons, name)
    return listed


def listed_persons(event: ReleaseEvent) -> list[bytes]:
    """In whose access logs the event stands. Raises ValueError for what is no pseudonym."""
    return sorted(
        {bytes.fromhex(p) for release in event.released if is_listed(release.fields) for p in release.persons}
    )


def entries_of(listed: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each person, and the entry before."""
    for start in range(0, len(listed), 2 * _SIZE):
        yield listed[start : start + _SIZE], listed[start + _SIZE : start + 2 * _SIZE]
