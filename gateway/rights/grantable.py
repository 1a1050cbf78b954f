"""Which coordinates of the graph a contract may name; the schema says so (`gateway.schema`), contracts are checked by it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grantable:
    """`leaves` are facts by coordinate; `groups` lead to others: coordinate -> the type that it answers."""

    leaves: frozenset[str]
    groups: Mapping[str, str]
