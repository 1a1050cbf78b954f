"""Opens the record by its settings: store, recorder, checkpoints, and what reads from it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.domain.clock import Clock
from gateway.loading.keyring import Keyring
from gateway.operation.audit.checkpoints import Checkpoints
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.reading import AccessLogs
from gateway.operation.audit.recorder import Committed, GroupRecorder, Recorder, recording
from gateway.operation.audit.settings import AuditSettings
from gateway.operation.audit.sinks import FileSink
from gateway.operation.audit.store import Store, StoreUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the endpoint needs to put answers on record, and what citizens read of it."""

    recorder: Recorder
    pseudonyms: Pseudonyms
    access_log: AccessLogs
    sealed_days: dict[str, int]


@asynccontextmanager
async def open_record(
    settings: AuditSettings,
    keyring: Keyring,
    clock: Clock,
    former: Sequence[Keyring] = (),
    *,
    committed: Committed | None = None,
) -> AsyncIterator[Record]:
    """Signs a last checkpoint when the block ends. Raises RuntimeError with a sentence where it cannot be opened."""
    store = Store(settings.store, seconds=settings.commit_seconds)
    pseudonyms = Pseudonyms(keyring, former)
    recorder = GroupRecorder(
        store,
        settings.chain,
        group_size=settings.group_size,
        most_waiting=settings.most_waiting,
        clock=clock,
        committed=committed,
    )
    sink = FileSink(settings.checkpoint_sink) if settings.checkpoint_sink else None
    key = signing_key(settings, keyring)
    checkpoints = Checkpoints(store, key, clock, sink=sink, every=settings.checkpoint_seconds)
    try:
        try:
            await store.open()
        except StoreUnavailable as problem:
            raise RuntimeError(f"The record cannot be opened (TAMIN_AUDIT__STORE): {problem}") from None
        async with recording(recorder):
            signing = asyncio.create_task(checkpoints.run())
            try:
                yield Record(
                    recorder=recorder,
                    pseudonyms=pseudonyms,
                    access_log=AccessLogs(store, pseudonyms, clock),
                    sealed_days=settings.sealed_days,
                )
            finally:
                signing.cancel()
                await asyncio.gather(signing, return_exceptions=True)
        await checkpoints.keep()
    finally:
        await store.close()


def signing_key(settings: AuditSettings, keyring: Keyring) -> Ed25519PrivateKey:
    """The key of the settings, or one derived from the master key: the same on all replicas."""
    if settings.signing_key is not None:
        return Ed25519PrivateKey.from_private_bytes(settings.signing_key.get_secret_value())
    return Ed25519PrivateKey.from_private_bytes(keyring.derive("audit.checkpoint"))
