"""The rules: what a caller may see, by scopes, contract and relation. Pure look-ups, and no system is asked."""

import datetime
from typing import Protocol

from gateway.domain.calendar import Day
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import TEHRAN, Clock
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.rights.contract import Contract
from gateway.rights.rights import Rights
from gateway.rights.scopes import ALL, GRAPH, REQUIRED, STRUCTURAL, scopes_of_fields, scopes_of_kind


class ContractBook(Protocol):
    def for_client(self, client: str, /) -> Contract | None: ...


class PersonRegisters(Protocol):
    def holds(self, register: str, person: NationalId, /) -> bool: ...

    def protected(self, person: NationalId, /) -> bool: ...

    def represents(self, representative: NationalId, person: NationalId, /) -> bool: ...

    def revoked(self, token_id: str, /) -> bool: ...


class ContractPolicy:
    """`sandbox_developers`: developers see every (synthetic) person, as in `dev`; never where persons are real.

    `dependant_age` is the age in years at which a son or daughter is seen by the supporter no longer; None for none.
    """

    def __init__(
        self,
        contracts: ContractBook,
        registers: PersonRegisters,
        clock: Clock,
        *,
        sandbox_developers: bool = False,
        dependant_age: int | None = None,
    ) -> None:
        self._contracts = contracts
        self._registers = registers
        self._clock = clock
        self._sandbox_developers = sandbox_developers
        self._dependant_age = dependant_age

    def rights_of(self, caller: Caller) -> Rights:
        if caller.kind is not CallerKind.AGENCY:
            return Rights(caller, None, _within(caller, scopes_of_kind(caller.kind, sandbox=self._sandbox_developers)))
        contract = self._contracts.for_client(caller.client) if caller.client else None
        if contract is None or not contract.in_force(self._today()):
            return Rights(caller, contract)
        return Rights(caller, contract, _within(caller, scopes_of_fields(contract.fields)))

    def releases(self, rights: Rights, coordinate: str) -> bool:
        if not any(rights.scopes.issuperset(needed) for needed in REQUIRED.get(coordinate, ())):
            return False
        if rights.caller.kind is not CallerKind.AGENCY or coordinate in STRUCTURAL:
            return True
        return rights.contract is not None and coordinate in rights.contract.fields

    def covers(self, rights: Rights, person: NationalId) -> bool:
        """Both registers are looked into whatever the first says, so that the time does not tell which refused."""
        caller = rights.caller
        match caller.kind:
            case CallerKind.AGENCY:
                held = rights.contract is not None and self._registers.holds(rights.contract.relation, person)
                protected = self._registers.protected(person)
                return bool(rights.scopes) and held and not protected
            case CallerKind.CITIZEN | CallerKind.EMPLOYER:
                if caller.subject is None:
                    return False
                represented = self._registers.represents(caller.subject, person)
                protected = self._registers.protected(person)
                return caller.subject == person or (represented and not protected)
            case CallerKind.DEVELOPER:
                return self._sandbox_developers
            case CallerKind.OPERATOR:
                return False

    def supports_others(self, rights: Rights) -> bool:
        return rights.caller.subject is not None and self.releases(rights, "Person.dependents")

    def covers_dependent(self, rights: Rights, dependent: Dependent) -> bool:
        return (
            self.supports_others(rights)
            and not self._registers.protected(dependent.national_id)
            and is_covered(dependent, Day.from_gregorian(self._today()), self._dependant_age)
        )

    def lists(self, rights: Rights, dependent: NationalId) -> bool:
        return self.covers(rights, dependent) or not self._registers.protected(dependent)

    def covers_workshop(self, rights: Rights, workshop: WorkshopKey) -> bool:
        if rights.caller.kind is CallerKind.DEVELOPER:
            return self._sandbox_developers
        return rights.caller.kind is CallerKind.EMPLOYER and workshop in rights.caller.workshops

    def revoked(self, caller: Caller) -> bool:
        return caller.token_id is not None and self._registers.revoked(caller.token_id)

    def _today(self) -> datetime.date:
        return self._clock.now().astimezone(TEHRAN).date()


def is_covered(dependent: Dependent, today: Day, age: int | None) -> bool:
    """Whether the support lasts. A child whose birth is not known to the day is taken to be as old as it can be."""
    if dependent.coverage.status is CoverageStatus.ENDED:
        return False
    until = dependent.coverage.until
    if until is not None and _last(until) < _last(today):
        return False
    if age is None or dependent.relation not in {Relation.SON, Relation.DAUGHTER}:
        return True
    birth = dependent.birth
    return birth is not None and (birth.year + age, birth.month or 1, birth.day or 1) > _last(today)


def _last(day: Day) -> tuple[int, int, int]:
    return day.year, day.month or 12, day.day or 31


def _within(caller: Caller, scopes: frozenset[str]) -> frozenset[str]:
    """A token that names scopes of ours stands for no others; one that names none stands for all of its kind."""
    named = caller.scopes & ALL
    return scopes & (named | {GRAPH}) if named else scopes
