"""What the unemployment insurance law of 1369 grants a case: months and a daily benefit (domain.md 2.7). Pure."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.domain.contribution import ContributionSummary, WageBase
from gateway.domain.money import Rial, rial
from gateway.domain.unemployment import Entitlement, UnemploymentCase

# From so many contribution months on: the total months of benefit of a single person, and of a married one or one with
# dependants.
_DURATIONS = ((241, 36, 50), (181, 26, 36), (121, 18, 26), (25, 12, 18), (6, 6, 12))


class EntitlementRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the law leaves to yearly decrees and to practice; wages in rial a day, rates in percent.

    `minimum_daily_wage` is keyed by Jalali year. Empty until an operator sets it: no wage is ever invented, so the
    daily benefit stays unknown. `floor_wins_over_cap` is common practice, not the letter of the law.
    """

    minimum_daily_wage: Mapping[int, Rial] = MappingProxyType({})
    wage_percent: int = 55
    dependant_percent: int = 10
    most_dependants: int = 4
    cap_percent: int = 80
    floor_wins_over_cap: bool = True


def entitlement(case: UnemploymentCase, summary: ContributionSummary | None, rules: EntitlementRules) -> Entitlement:
    """What is granted if the labour office approves. `summary` is None for a person without contributions."""
    months = summary.months if summary else 0
    entitled = _months_entitled(case, months)
    average = _average_daily_wage(summary.last_ninety_days if summary else None)
    return Entitlement(
        contribution_months=months,
        months_entitled=entitled,
        months_drawn=case.drawn_months,
        months_left=max(0, entitled - case.drawn_months),
        average_daily_wage=average,
        daily_benefit=_daily_benefit(case, average, rules) if entitled else rial(0),
    )


def _months_entitled(case: UnemploymentCase, months: int) -> int:
    with_family = case.married or case.dependants > 0
    for since, single, family in _DURATIONS:
        if months >= since:
            return family if with_family else single
    return 0


def _average_daily_wage(base: WageBase | None) -> Rial | None:
    """By the days paid, which are 90 unless the person never had so many. Rounded down, as all amounts here."""
    return rial(base.wage // base.days) if base and base.days > 0 else None


def _daily_benefit(case: UnemploymentCase, average: Rial | None, rules: EntitlementRules) -> Rial | None:
    """In rial, by the minimum wage of the year in which the job was lost; None where that or the average is unknown."""
    began = case.lost_job_on or case.registered_on or case.referred_on
    minimum = rules.minimum_daily_wage.get(began.year) if began else None
    if average is None or minimum is None:
        return None
    dependants = min(case.dependants, rules.most_dependants)
    benefit = (average * rules.wage_percent + minimum * rules.dependant_percent * dependants) // 100
    cap = average * rules.cap_percent // 100
    if rules.floor_wins_over_cap:
        return rial(max(min(benefit, cap), minimum))
    return rial(min(max(benefit, minimum), cap))
