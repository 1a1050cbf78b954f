"""The systems behind a gateway, for processes that will be killed: without the graph, which is slow to import."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from gateway.domain.clock import SystemClock
from gateway.domain.failure import Source
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.loading.sources import Sources


def answering(facts: Mapping[str, Any], clock: SystemClock) -> Sources:
    """Systems that know these facts of everybody, and nothing else."""

    def lookup(name: str) -> Lookup[Any, Any]:
        async def ask(keys: Sequence[Any], /) -> Mapping[Any, Any]:
            said = facts.get(name)
            provenance = Provenance(source=Source.BRANCH_DATABASES, fetched_at=clock.now())
            return {key: Fact(said, provenance) for key in keys} if said is not None else {}

        return ask

    return Sources(**{field.name: lookup(field.name) for field in fields(Sources)})
