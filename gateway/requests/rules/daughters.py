"""The end of a daughter's dependency, on the civil registry's data (domain.md 1.1, service 2/3; S0, S3). Pure.

Dependency is kept while she is not married, and ended from the day on which her marriage (or her death) was registered.
By the registry's data she is married while a marriage of hers is registered and its divorce is not: after a divorce
dependency that still stands is kept. Dependency that had ended is not resumed: no source says that it is. Whether a
temporary marriage ends it no source says either: a setting, unset by default, and then it is left to the branch.
"""

import enum
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source
from gateway.domain.registry_event import Marriage
from gateway.domain.request import Reason
from gateway.requests.rules.reason import broken


class Dependency(enum.Enum):
    """ENDED: now, by the registry's data. NOT_COVERED: there was nothing to end. UNDECIDED: no rule says."""

    KEPT = "KEPT"
    ENDED = "ENDED"
    NOT_COVERED = "NOT_COVERED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaughterFacts:
    """`listed` is how a branch lists her under a supporter; None: none does as a daughter. `temporary_ends`: whether a
    temporary marriage ends dependency; None: not known."""

    listed: Dependent | None
    marriages: tuple[Marriage, ...] = ()
    died_on: Day | None = None
    temporary_ends: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaughterDecision:
    """`on` is the day from which dependency is over; `reasons` why it is not kept."""

    dependency: Dependency
    on: Day | None = None
    reasons: tuple[Reason, ...] = ()


def decide(facts: DaughterFacts) -> DaughterDecision:
    listed = facts.listed
    if listed is None or listed.relation is not Relation.DAUGHTER:
        return DaughterDecision(dependency=Dependency.NOT_COVERED)
    if listed.coverage.status is not CoverageStatus.COVERED:
        return DaughterDecision(dependency=Dependency.NOT_COVERED)
    if facts.died_on is not None:
        return DaughterDecision(dependency=Dependency.ENDED, on=facts.died_on, reasons=(_alive(),))
    standing = sorted(
        (each for each in facts.marriages if each.divorced_on is None), key=lambda each: each.registered_on
    )
    ending = [each for each in standing if each.permanent or facts.temporary_ends]
    if ending:
        on = ending[0].registered_on
        return DaughterDecision(dependency=Dependency.ENDED, on=on, reasons=(_unmarried(ending[0]),))
    if standing and facts.temporary_ends is None:
        return DaughterDecision(dependency=Dependency.UNDECIDED, reasons=(_unmarried(standing[0]),))
    return DaughterDecision(dependency=Dependency.KEPT)


def _unmarried(marriage: Marriage) -> Reason:
    kind = "PERMANENT" if marriage.permanent else "TEMPORARY"
    return broken(
        "daughter.unmarried",
        found=f"{kind} MARRIAGE {marriage.registered_on.jalali}",
        needed="not married",
        source=Source.REGISTRY_EVENTS,
        fa="بر پایه ثبت احوال ازدواج فرزند دختر ثبت شده است.",
        en="By the civil registry the daughter's marriage is registered.",
    )


def _alive() -> Reason:
    return broken(
        "daughter.alive",
        found="DECEASED",
        needed="ALIVE",
        source=Source.REGISTRY_EVENTS,
        fa="بر پایه ثبت احوال فوت فرزند دختر ثبت شده است.",
        en="By the civil registry the daughter's death is registered.",
    )
