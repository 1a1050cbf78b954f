"""Random contracts, registers and callers, written as the files that a gateway reads."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType, get_named_type
from hypothesis import strategies as st

from tests.rights.property.country import NOW, PEOPLE
from tests.rights.property.operations import SCHEMA
from tests.rights.property.oracle import FACTS, needs_a_right

TODAY = NOW.date()
ENTRIES = ("Query.person", "Query.persons", "Query.node")
# What no contract may name: special facts, and what is no person's.
NEVER = frozenset({"Photo.mediaType", "Photo.base64", "Person.photo", "Person.accessLog", "Query.me", "Query.workshop"})
NEVER_TYPES = frozenset({"Workshop", "ClaimOrders", "ClaimOrder"})


def _groups() -> dict[str, frozenset[str]]:
    found = {}
    for owner, type_ in SCHEMA.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not owner.startswith("__") and owner not in NEVER_TYPES:
            for name, definition in type_.fields.items():
                coordinate = f"{owner}.{name}"
                if needs_a_right(coordinate) and coordinate not in FACTS | NEVER:
                    found[coordinate] = frozenset(_below(get_named_type(definition.type).name))
    return found


def _below(kind: str) -> set[str]:
    """The types whose facts a group leads to, through pages and entries."""
    type_ = SCHEMA.type_map[kind]
    assert isinstance(type_, GraphQLObjectType)
    found = {kind}
    for name, definition in type_.fields.items():
        if not needs_a_right(f"{kind}.{name}") and name in ("edges", "nodes", "node", "entries"):
            found |= _below(get_named_type(definition.type).name)
    return found


GROUPS = _groups()
LEAVES = tuple(sorted(c for c in FACTS if c not in NEVER and c.partition(".")[0] not in NEVER_TYPES))


@dataclass(frozen=True)
class Paper:
    """A contract as it is written. `fields` may be thinned until every one of them is in reach."""

    name: str
    client: str
    relation: str
    fields: tuple[str, ...]
    starts: datetime.date
    expires: datetime.date

    def text(self) -> str:
        listed = ",\n".join(f'  "{coordinate}"' for coordinate in self.fields)
        return (
            f'name = "{self.name}"\nclients = ["{self.client}"]\nrelation = "{self.relation}"\n'
            f"rate_per_minute = 1000000\ndaily_quota = 1000000000\n"
            f"starts = {self.starts}\nexpires = {self.expires}\n"
            f'legal_basis = "Tests Act, Art. 1"\nfields = [\n{listed}\n]\n'
            f'[agency]\nfa = "آزمون"\nen = "Tests"\n[purpose]\nfa = "آزمون"\nen = "Trial"\n'
        )


@dataclass(frozen=True)
class Registers:
    """`relations` by name of the register; `represented` by representative."""

    relations: Mapping[str, frozenset[str]]
    protected: frozenset[str]
    represented: Mapping[str, frozenset[str]] = field(default_factory=dict)


_MASK = st.integers(0, 2**160 - 1)
_FEW = st.integers(0, 15)


def _chosen(mask: int, among: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each for n, each in enumerate(among) if mask >> n & 1)


def _in_reach(fields: frozenset[str]) -> tuple[str, ...]:
    """Without what cannot be arrived at, and without groups under which nothing is named."""
    while True:
        types = {"Person"}
        for _ in range(6):
            types |= {kind for group in fields & GROUPS.keys() if group.partition(".")[0] in types for kind in GROUPS[group]}
        owners = {each.partition(".")[0] for each in fields}
        kept = frozenset(
            each
            for each in fields
            if each.partition(".")[0] in types and (each not in GROUPS or GROUPS[each] & owners)
        )
        if kept == fields:
            return tuple(sorted(kept))
        fields = kept


@st.composite
def papers(draw: Any, name: str, client: str, relation: str) -> Paper:
    mask = draw(_MASK)
    for more in draw(st.sampled_from(("&", "", "|", "||", "|||"))):
        mask = mask & draw(_MASK) if more == "&" else mask | draw(_MASK)
    wide = draw(_MASK) | draw(_MASK) | draw(_MASK)
    groups = tuple(sorted(GROUPS))
    fields = _in_reach(_chosen(mask, LEAVES) | _chosen(wide, groups))
    fields = (*ENTRIES, *(fields or ("Person.nationalId",)))
    starts, expires = TODAY - datetime.timedelta(days=30), TODAY + datetime.timedelta(days=30)
    match draw(_FEW):
        case 0:
            expires = TODAY - datetime.timedelta(days=1)
        case 1:
            starts = TODAY + datetime.timedelta(days=1)
        case 2:
            expires = TODAY
        case 3:
            starts = TODAY
    return Paper(name, client, relation, fields, starts, expires)


@st.composite
def registers(draw: Any, relations: tuple[str, ...]) -> Registers:
    held = {name: _chosen(draw(_MASK) | draw(_MASK), PEOPLE) for name in relations}
    protected = _chosen(draw(_MASK) & draw(_MASK) & draw(_MASK), PEOPLE)
    represented = {PEOPLE[0]: frozenset({PEOPLE[draw(st.integers(1, 6))]})} if draw(_FEW) < 4 else {}
    return Registers(held, protected, represented)


def read_contract(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text())


def fields_in_force(file: Path) -> tuple[frozenset[str], str]:
    """What a contract file releases today, and the register of its relation: read here, by hand."""
    said = read_contract(file)
    in_force = said["starts"] <= TODAY <= said["expires"]
    return frozenset(said["fields"]) if in_force else frozenset(), said["relation"]
