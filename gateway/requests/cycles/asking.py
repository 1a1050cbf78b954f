"""Asks a Lookup about a batch, each key once, and takes a failure of all for a failure of each."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact, Lookup

K = TypeVar("K")
V = TypeVar("V")


async def answered(lookup: Lookup[K, V], keys: Iterable[K]) -> Mapping[K, V | SourceFailure]:
    """What does not exist is absent."""
    distinct = list(dict.fromkeys(keys))
    if not distinct:
        return {}
    try:
        said = await lookup(distinct)
    except SourceFailure as failure:
        return dict.fromkeys(distinct, failure)
    return {key: fact.value if isinstance(fact, Fact) else fact for key, fact in said.items()}
