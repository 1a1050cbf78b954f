"""Idempotency keys: a client that repeats itself gets the answer that it got, or would have got.

A key is chosen by the client and belongs to one person. With the same payload it stands for the same answer, with
another it is refused by name. Keys and payloads are kept as keyed hashes.
"""

import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.identifiers import NationalId
from gateway.domain.request import Reason
from gateway.requests.database import Database, microseconds
from gateway.requests.sealing import Sealing
from gateway.requests.tables import KEYS

LONGEST = 200


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered under a key. `answer` is a word of whoever keeps it; `thing` the id of what it is about."""

    answer: str
    thing: str | None = None
    reasons: tuple[Reason, ...] = ()


class KeyReused(Exception):
    """The key stands for another payload."""


class Keys:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def kept(self, owner: NationalId, key: str, payload: bytes) -> Kept | None:
        """What was answered under this key; None where nothing was. Raises KeyReused."""
        asked = sa.select(KEYS.c.owner, KEYS.c.key, KEYS.c.payload, KEYS.c.sealed).where(
            KEYS.c.owner.in_(self._sealing.owners(owner)), KEYS.c.key.in_(self._sealing.all_hashed("key", key))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).first()
        if row is None:
            return None
        if row.payload not in self._sealing.all_hashed("payload", payload.hex()):
            raise KeyReused
        return self._sealing.open_record(row.sealed, f"{row.owner}:{row.key}", Kept)

    async def keep(
        self,
        connection: AsyncConnection,
        owner: NationalId,
        key: str,
        payload: bytes,
        kept: Kept,
        now: datetime.datetime,
    ) -> None:
        """In the transaction that does what was asked. Raises IntegrityError where the same key was just kept."""
        name, hidden = self._sealing.owner(owner), self._sealing.hashed("key", key)
        await connection.execute(
            sa.insert(KEYS).values(
                owner=name,
                key=hidden,
                payload=self._sealing.hashed("payload", payload.hex()),
                request=kept.thing,
                sealed=self._sealing.seal_record(kept, f"{name}:{hidden}"),
                at=microseconds(now),
            )
        )
