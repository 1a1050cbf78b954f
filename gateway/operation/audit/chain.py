"""How events hang together: one hash chain a writer, and through it one thread a person.

The hash of an event covers its writer, its number in the writer's chain, the hash before it, and for each person it is
about the number and the hash of that person's event before it, whoever wrote that. So an event that is changed, dropped
or moved breaks its chain, and one that is left out of a rewritten chain breaks the threads of its persons.
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

BEGINNING = bytes(32)
_DOMAIN = b"tamin-gateway event 1\n"


class Head(msgspec.Struct, frozen=True):
    """The end of a chain or thread: how many events it has, and the hash of the last."""

    number: int = 0
    hash: bytes = BEGINNING


class ThreadLink(msgspec.Struct, frozen=True, array_like=True):
    """An event's place in a person's thread: its number there, from 1, and the hash before it in hexadecimal."""

    person: str
    number: int
    previous: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place. `number` counts from 1 in the writer's chain; `previous` is the hash before it."""

    writer: str
    number: int
    previous: bytes
    threads: tuple[ThreadLink, ...]
    body: bytes

    @property
    def hash(self) -> bytes:
        envelope = {
            "writer": self.writer,
            "number": self.number,
            "previous": self.previous.hex(),
            "threads": self.threads,
            "body": hashlib.sha256(self.body).hexdigest(),
        }
        return hashlib.sha256(_DOMAIN + msgspec.json.encode(envelope, order="sorted")).digest()


def linked(
    writer: str, head: Head, threads: Mapping[str, Head], events: Sequence[tuple[bytes, Sequence[str]]]
) -> tuple[list[Link], Head, dict[str, Head]]:
    """Links events (body, persons) after the heads; gives them with the heads as they are then."""
    links = []
    moved = dict(threads)
    for body, persons in events:
        before = {person: moved.get(person, Head()) for person in persons}
        link = Link(
            writer=writer,
            number=head.number + 1,
            previous=head.hash,
            threads=tuple(ThreadLink(person, at.number + 1, at.hash.hex()) for person, at in before.items()),
            body=body,
        )
        links.append(link)
        head = Head(link.number, link.hash)
        moved |= {person: Head(at.number + 1, head.hash) for person, at in before.items()}
    return links, head, moved
