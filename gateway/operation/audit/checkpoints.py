"""Checkpoints: the Merkle roots of all chains, joined under one root and signed, every few seconds.

Each names the one before it by hash. Whoever holds one elsewhere can show later that the record still has every event
that it had then; what came after the last one held elsewhere is protected by the chains alone.
"""

import asyncio
import datetime
import hashlib
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.operation.audit.merkle import Frontier, root_of
from gateway.operation.audit.sinks import CheckpointSink, SinkUnavailable
from gateway.operation.audit.store import Store, StoreUnavailable, octets
from gateway.operation.audit.tables import CHECKPOINTS, EVENTS, WRITERS
from gateway.stores.engines import INSERT

_CONTEXT = b"tamin-gateway checkpoint 1\n"
_ROWS_AT_ONCE = 10_000

_log = structlog.get_logger("gateway.record")


class Chain(msgspec.Struct, frozen=True):
    """A writer's chain at that moment: its number of events, and the Merkle root over their hashes."""

    writer: str
    size: int
    root: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`root` is the Merkle root over the chains; `previous` the hash of the checkpoint before, empty for the first."""

    number: int
    at: datetime.datetime
    previous: str
    chains: tuple[Chain, ...]
    root: str

    def body(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.body()).hexdigest()


class SignedCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is the Ed25519 public key, `signature` over the checkpoint's canonical bytes; both hexadecimal."""

    checkpoint: Checkpoint
    key: str
    signature: str

    def line(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    def is_signed_by(self, key: str) -> bool:
        if self.key != key:
            return False
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
            public.verify(bytes.fromhex(self.signature), _CONTEXT + self.checkpoint.body())
        except (InvalidSignature, ValueError):
            return False
        return True


def signed_checkpoint_from(line: bytes) -> SignedCheckpoint:
    """Raises msgspec.MsgspecError for what is no checkpoint."""
    return msgspec.json.decode(line, type=SignedCheckpoint)


def joined_root(chains: Sequence[Chain]) -> str:
    return root_of([msgspec.json.encode(chain, order="sorted") for chain in chains]).hex()


def public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


class Checkpoints:
    """Signs and ships. Any number of processes may do so over one store: one wins each number.

    A sink that fails costs no answer: what it did not take is shipped again with the next checkpoint.
    """

    def __init__(
        self, store: Store, key: Ed25519PrivateKey, clock: Clock, *, sink: CheckpointSink | None, every: float
    ) -> None:
        self._store, self._key, self._clock, self._sink, self._every = store, key, clock, sink, every
        self._shipped: int | None = None

    async def run(self) -> None:
        """A checkpoint every few seconds, until it is cancelled."""
        while True:
            await asyncio.sleep(self._every)
            await self.keep()

    async def keep(self) -> None:
        """Signs and ships once; a problem is logged and left to the next time."""
        try:
            await self.sign()
            await self.ship()
        except (StoreUnavailable, SinkUnavailable) as problem:
            _log.error("record.checkpoint_failed", problem=str(problem))

    async def sign(self) -> SignedCheckpoint | None:
        """The new checkpoint; None where no event came since the last, or another process signed just now."""
        async with self._store.reading() as connection:
            last, frontiers = await _last(connection)
            if not await _grown(connection, frontiers):
                return None
        chains = tuple(Chain(w, f.size, f.root().hex()) for w, f in sorted(frontiers.items()))
        checkpoint = Checkpoint(
            number=last.checkpoint.number + 1 if last else 1,
            at=self._clock.now(),
            previous=last.checkpoint.hash if last else "",
            chains=chains,
            root=joined_root(chains),
        )
        signature = self._key.sign(_CONTEXT + checkpoint.body()).hex()
        signed = SignedCheckpoint(checkpoint=checkpoint, key=public_key_of(self._key), signature=signature)
        peaks = {w: (f.size, [peak.hex() for peak in f.peaks]) for w, f in frontiers.items()}
        row = {"number": checkpoint.number, "signed": signed.line(), "frontiers": msgspec.json.encode(peaks)}
        async with self._store.writing() as connection:
            insert = INSERT[connection.dialect.name](CHECKPOINTS).values(row).on_conflict_do_nothing()
            won = (await connection.execute(insert)).rowcount
        return signed if won else None

    async def ship(self) -> None:
        """Gives the sink every checkpoint that it does not have yet, in order."""
        if self._sink is None:
            return
        if self._shipped is None:
            self._shipped = await self._sink.last_number()
        async with self._store.reading() as connection:
            newer = sa.select(CHECKPOINTS.c.number, CHECKPOINTS.c.signed).where(CHECKPOINTS.c.number > self._shipped)
            for number, signed in (await connection.execute(newer.order_by(CHECKPOINTS.c.number))).all():
                await self._sink.take(bytes(signed))
                self._shipped = number


async def _grown(connection: AsyncConnection, frontiers: dict[str, Frontier]) -> bool:
    """Brings each chain's frontier up to its end; whether any moved."""
    moved = False
    for (writer,) in (await connection.execute(sa.select(WRITERS.c.writer))).all():
        frontier = frontiers.setdefault(writer, Frontier())
        while True:
            newer = sa.select(EVENTS.c.hash).where(EVENTS.c.writer == writer, EVENTS.c.number > frontier.size)
            hashes = (await connection.scalars(newer.order_by(EVENTS.c.number).limit(_ROWS_AT_ONCE))).all()
            for hash_ in hashes:
                frontier.append(bytes(hash_))
            moved = moved or bool(hashes)
            if len(hashes) < _ROWS_AT_ONCE:
                break
    return moved


async def latest_checkpoint(store: Store) -> SignedCheckpoint | None:
    """None before the first. Raises StoreUnavailable."""
    async with store.reading() as connection:
        newest = sa.select(CHECKPOINTS.c.signed).order_by(CHECKPOINTS.c.number.desc()).limit(1)
        signed = await connection.scalar(newest)
    return signed_checkpoint_from(octets(signed)) if signed is not None else None


async def _last(connection: AsyncConnection) -> tuple[SignedCheckpoint | None, dict[str, Frontier]]:
    newest = sa.select(CHECKPOINTS.c.signed, CHECKPOINTS.c.frontiers).order_by(CHECKPOINTS.c.number.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    if row is None:
        return None, {}
    kept = msgspec.json.decode(bytes(row.frontiers), type=dict[str, tuple[int, list[str]]])
    frontiers = {w: Frontier(size, [bytes.fromhex(peak) for peak in peaks]) for w, (size, peaks) in kept.items()}
    return signed_checkpoint_from(bytes(row.signed)), frontiers
