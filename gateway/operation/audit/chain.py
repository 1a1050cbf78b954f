"""How events hang together: one hash chain a writer, and through it one thread a person.

The hash of an event covers its writer, its number in the writer's chain, the hash before it, and for each person it is
about the number and the hash of that person's event before it, whoever wrote that. So an event that is changed, dropped
or moved breaks its chain, and one that is left out of a rewritten chain breaks the threads of its persons.
"""

import hashlib
from typing import NamedTuple

import msgspec

BEGINNING = bytes(32)
_DOMAIN = b"tamin-gateway event 1\n"


class Head(NamedTuple):
    """The end of a chain or thread: how many events it has, and the hash of the last."""

    number: int = 0
    hash: bytes = BEGINNING


class ThreadLink(NamedTuple):
    """An event's place in a person's thread: its number there, from 1, and the hash before it in hexadecimal."""

    person: str
    number: int
    previous: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place. `number` counts from 1 in the writer's chain; `previous` is the hash before it; `threads`
    are its places in the threads of its persons, as JSON: the very bytes are kept and hashed."""

    writer: str
    number: int
    previous: bytes
    threads: bytes
    body: bytes

    @property
    def places(self) -> tuple[ThreadLink, ...]:
        """Raises msgspec.MsgspecError where `threads` are no such."""
        return msgspec.json.decode(self.threads, type=tuple[ThreadLink, ...])

    @property
    def hash(self) -> bytes:
        envelope = {
            "writer": self.writer,
            "number": self.number,
            "previous": self.previous.hex(),
            "threads": msgspec.Raw(self.threads),
            "body": hashlib.sha256(self.body).hexdigest(),
        }
        return hashlib.sha256(_DOMAIN + msgspec.json.encode(envelope, order="sorted")).digest()
