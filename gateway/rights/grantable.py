"""What a contract may name of the graph: `gateway.schema.grantable` says it, contracts are checked by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grantable:
    """All by schema coordinate, such as `Identity.firstName`.

    `leaves` are facts. `groups` lead to others: under a group, fields of its types can be named. `structural` fields
    (ways in, provenance, pages, parts of a date) follow whatever leads to them and stand in no contract. `closed` ones
    no contract may grant, each with the reason. `roots` are the types that an operation arrives at without any group.
    """

    leaves: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    structural: frozenset[str] = frozenset()
    closed: Mapping[str, str] = field(default_factory=dict)
    roots: frozenset[str] = frozenset()

    def reached(self, fields: frozenset[str]) -> frozenset[str]:
        """The types that can be arrived at through the groups among `fields`."""
        types = set(self.roots)
        while True:
            further = {
                kind for group in fields & self.groups.keys() if owner_of(group) in types for kind in self.groups[group]
            }
            if further <= types:
                return frozenset(types)
            types |= further


def owner_of(coordinate: str) -> str:
    """The type that a field belongs to."""
    return coordinate.partition(".")[0]
