"""Puts the desk together: its kinds over the ground, and its flow into the engine."""

from collections.abc import Callable, Iterable

from gateway.domain.decrees import UNDECREED, Decrees
from gateway.loading.loaders import Loaders
from gateway.requests.desk import RequestDesk
from gateway.requests.documents import Documents
from gateway.requests.ground import Ground
from gateway.requests.kinds import Kind
from gateway.requests.life import RequestLife
from gateway.requests.store import RequestStore
from gateway.requests.upkeep import Upkeep
from gateway.rights.rights import Policy


async def desk_of(
    ground: Ground,
    kinds: Iterable[Kind],
    loaders: Callable[[], Loaders],
    policy: Policy,
    decrees: Decrees = UNDECREED,
) -> RequestDesk:
    """`loaders` makes fresh ones for each assessment that a workflow makes. Raises RuntimeError with a sentence."""
    settings = ground.settings
    by_kind = {kind.kind: kind for kind in kinds}
    store = RequestStore(ground.database, ground.sealing)
    documents = Documents(
        settings.documents,
        ground.database,
        ground.sealing,
        ground.clock,
        most_bytes=settings.document_bytes,
        most_loose=settings.documents_per_person,
        seconds=settings.commit_seconds,
    )
    life = RequestLife(by_kind, store, documents.enclosures, loaders, policy, ground.clock, ground.retry, decrees)
    upkeep = Upkeep(ground.database, documents, ground.clock, settings)
    for flow in (life.flow, upkeep.flow):
        ground.engine.add(flow)
    await upkeep.begin()
    return RequestDesk(ground, store, documents, by_kind, life)
