"""A short list that comes whole, with where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.domain.lookup import Provenance

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Listing(Generic[V]):
    entries: Sequence[V]
    provenance: Provenance
