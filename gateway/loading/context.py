"""What one request carries down the hill: who asks, with what deadline, through which loaders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.domain.access import AccessLogReader
from gateway.domain.caller import Caller
from gateway.domain.clock import Clock
from gateway.domain.decrees import UNDECREED, Decrees
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.lookup import Provenance
from gateway.domain.refusal import Refused
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.rights.rights import Policy, Rights

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """Strawberry's `info.context`. `language` is fa or en, from Accept-Language.

    `rights` are settled when the request begins, None without a caller. `closed_fields` are those that admission
    refused, by where they begin in the document, with their coordinates; None until it has decided. `closed_types` has
    the types that a field may lead to, and of which it found nothing selected to be released, likewise.

    The record needs to know what an answer is made of: which of its objects, by path, are whom, what could not be
    found for whom, and where its facts came from. `types_at` are the types of objects where the schema leaves it open;
    `persons_in`, of lists that are of persons alone, their items by index, None for one that is nobody.

    `desks` are where things are asked for, by their class: they belong to floors above this one.
    """

    caller: Caller | None
    rights: Rights | None
    policy: Policy
    closed_fields: Mapping[int, str] | None = None
    closed_types: Mapping[int, frozenset[str]] = field(default_factory=dict)
    loaders: Loaders
    clock: Clock
    keyring: Keyring = field(repr=False)
    entitlement_rules: EntitlementRules
    correlation_id: str
    decrees: Decrees = UNDECREED
    language: str = "fa"
    access_log: AccessLogReader | None = None
    desks: Mapping[type, Any] = field(default_factory=dict, repr=False)
    persons_at: dict[tuple[str | int, ...], NationalId] = field(default_factory=dict, repr=False)
    persons_in: dict[tuple[str | int, ...], list[NationalId | None]] = field(default_factory=dict, repr=False)
    workshops_at: dict[tuple[str | int, ...], WorkshopKey] = field(default_factory=dict, repr=False)
    types_at: dict[tuple[str | int, ...], str] = field(default_factory=dict, repr=False)
    persons_refused: list[NationalId] = field(default_factory=list, repr=False)
    provenances: list[Provenance] = field(default_factory=list, repr=False)

    def person_at(self, place: tuple[str | int, ...]) -> NationalId | None:
        person = self.persons_at.get(place)
        if person is None and self.persons_in and place and isinstance(index := place[-1], int):
            items = self.persons_in.get(place[:-1])
            return items[index] if items is not None else None
        return person

    @property
    def persons(self) -> set[NationalId]:
        """All of whom the answer is made."""
        found = set(self.persons_at.values())
        for items in self.persons_in.values():
            found.update(item for item in items if item is not None)
        return found

    def desk(self, kind: type[T]) -> T:
        """Raises Refused where this gateway has none."""
        desk: T | None = self.desks.get(kind)
        if desk is None:
            raise Refused(Code.FORBIDDEN, "This is not offered here.")
        return desk
