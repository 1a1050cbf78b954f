"""The end of daughters' dependency, month by month: whom the registry's events concern (domain.md, service 2/3).

A branch lists dependants under their supporter, and only the birth in the registry's events says who the parents are:
so a daughter is looked for under her parents. Whom the registry knows no parents of is nobody's daughter here.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gateway.domain.calendar import YearMonth
from gateway.domain.dependency import END_OF_DEPENDENCY, EndOfDependency, EndOfDependencyGround
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.messages import Message
from gateway.domain.office import Delivery, Office
from gateway.domain.registry_event import (
    EventKind,
    PartyRole,
    RegistryEvent,
    death_of,
    marriages_of,
    parents_of,
)
from gateway.domain.request import Reason
from gateway.loading.sources import Sources
from gateway.requests.cycles.asking import answered
from gateway.requests.cycles.case import Case, Effect, Outcome, Verdict
from gateway.requests.cycles.wording import dependency_ended
from gateway.requests.rules.daughters import DaughterFacts, decide

Listing = tuple[NationalId, Dependent]
"""Who supports her, and how a branch lists her there."""


class DaughtersCycle:
    name = "daughters"

    def __init__(self, sources: Sources, office: Office, *, temporary_ends: bool | None) -> None:
        self._sources, self._office, self._temporary_ends = sources, office, temporary_ends

    def concerned(self, event: RegistryEvent) -> tuple[NationalId, ...]:
        """Wives who marry or part, and the dead, of whom the event does not say whose daughter they were."""
        if event.kind is EventKind.BIRTH:
            return ()
        return tuple(p.person for p in event.parties if p.role in {PartyRole.WIFE, PartyRole.SELF})

    def once(self, event: RegistryEvent, person: NationalId, month: YearMonth) -> str:
        """A person once a month, however many of the month's events are hers: all of them are looked at."""
        return f"{month}:{person.digits}"

    def granted_once(self, case: Case) -> None:
        return None

    def granted_before(self) -> Reason:
        raise NotImplementedError("nothing is granted here")

    async def assess(self, cases: Sequence[Case]) -> Mapping[str, Verdict | SourceFailure]:
        events = await answered(self._sources.events_by_person, [case.person for case in cases])
        parents = {
            person: parents_of(said, person) for person, said in events.items() if not isinstance(said, SourceFailure)
        }
        listed = await answered(
            self._sources.dependents_by_supporter, [parent for both in parents.values() for parent in both]
        )
        return {
            case.id: self._verdict(case, events.get(case.person), parents.get(case.person, ()), listed)
            for case in cases
        }

    def _verdict(
        self,
        case: Case,
        events: tuple[RegistryEvent, ...] | SourceFailure | None,
        parents: Iterable[NationalId],
        listed: Mapping[NationalId, tuple[Dependent, ...] | SourceFailure],
    ) -> Verdict | SourceFailure:
        if isinstance(events, SourceFailure):
            return events
        listings: list[Listing] = []
        for parent in parents:
            said = listed.get(parent, ())
            if isinstance(said, SourceFailure):
                return said
            listings += [
                (parent, each)
                for each in said
                if each.national_id == case.person and each.relation is Relation.DAUGHTER
            ]
        listing = _covered_first(listings)
        died = death_of(events or (), case.person)
        decision = decide(
            DaughterFacts(
                listed=listing[1] if listing else None,
                marriages=marriages_of(events or (), case.person),
                died_on=died.registered_on if died else None,
                temporary_ends=self._temporary_ends,
            )
        )
        return Verdict(
            outcome=Outcome(decision.dependency.value),
            reasons=decision.reasons,
            on=decision.on,
            supporter=listing[0] if listing else None,
            branch=listing[1].branch if listing else None,
        )

    async def carry_out(self, case: Case) -> tuple[Effect, str | None]:
        verdict = case.verdict
        if verdict is None or verdict.on is None or verdict.supporter is None or verdict.branch is None:
            raise AssertionError("an end without its day, supporter or branch")
        told = EndOfDependency(
            applicant=verdict.supporter,
            person=case.person,
            branch=verdict.branch,
            on=verdict.on,
            ground=EndOfDependencyGround.DEATH if _by_death(verdict) else EndOfDependencyGround.MARRIAGE,
        )
        file = await self._office.deliver(
            Delivery(
                service=END_OF_DEPENDENCY.name,
                reference=case.id,
                tracking_code=case.id,  # nobody follows it: it has no other
                details=msgspec.json.encode(told),
            )
        )
        return Effect.FILED, file.number

    def message(self, case: Case) -> Message | None:
        """To whom supported her."""
        verdict = case.verdict
        if case.effect is not Effect.FILED or verdict is None or verdict.supporter is None or verdict.on is None:
            return None
        text = dependency_ended(verdict.on, by_death=_by_death(verdict))
        return Message(reference=case.id, person=verdict.supporter, text=text)


def _covered_first(listings: Sequence[Listing]) -> Listing | None:
    covered = [each for each in listings if each[1].coverage.status is CoverageStatus.COVERED]
    return next(iter((*covered, *listings)), None)


def _by_death(verdict: Verdict) -> bool:
    return any(reason.rule == "daughter.alive" for reason in verdict.reasons)
