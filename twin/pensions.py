"""Who draws a pension: the old, the disabled and the survivors of insured persons."""

from collections import Counter
from random import Random

from twin.careers import Careers, daily_minimum_wage
from twin.cast import CAST, MOTHER
from twin.jalali import age, ordinal, years_later
from twin.named import NAMED
from twin.world import AS_OF, Date, Kind, Pension, Person

RETIREMENT_AGE = {False: 60, True: 55}  # by "is a woman"
MONTHS_TO_RETIRE = 60
PAID_ON: Date = (1405, 7, 28)


def pensions(rng: Random, people: dict[str, Person], careers: Careers) -> list[Pension]:
    """At most one a person; its branch has a file of the pensioner, marked P while the pension is drawn."""
    months: Counter[str] = Counter()
    for spell in careers.spells:
        months[spell.person] += spell.until - spell.since + 1
    drawn: dict[str, Pension] = {}

    def grant(person: Person, branch: str, kind: str, base: Date, status: str = "A") -> None:
        ended = person.death is not None
        file = careers.open_file(person, branch, Kind.COMPULSORY, ordinal(base))
        file.status, file.workshop = "I" if ended else "P", None
        drawn[person.code] = Pension(
            number=f"{branch}{len(drawn) + 100_001:06}",
            person=person.code,
            branch=branch,
            kind=kind,
            status="E" if ended else status,
            base=base,
            end=person.death,
            amount=int(daily_minimum_wage(ordinal(AS_OF)) * 30 * rng.uniform(0.5, 2.2)) // 10 * 10,
            paid_on=_paid_on(person.death) if ended else PAID_ON if status == "A" else (1405, 2, 28),
        )

    reza, amir, mother = people[NAMED["reza"].code], people[NAMED["amir"].code], people[MOTHER]
    grant(reza, "0070", "R", (1385, 4, 1))
    grant(mother, "0070", "S", (1401, 12, 1))
    grant(amir, "0960", "R", (1380, 7, 1))

    last = {spell.person: spell for spell in careers.spells}
    for code, spell in last.items():
        person = people[code]
        if code in CAST:
            continue
        reached = years_later(person.birth, RETIREMENT_AGE[person.female])
        until = person.death or AS_OF
        if reached < until and months[code] >= MONTHS_TO_RETIRE and ordinal(reached) >= spell.until:
            base = (reached[0], max(reached[1], 1), 1)
            grant(person, spell.branch, "R", base, status="S" if rng.random() < 0.02 else "A")
        elif not person.death and age(person.birth, AS_OF) > 30 and rng.random() < 0.015:
            year = max(spell.until // 12, person.birth[0] + 25)
            if year < AS_OF[0] and spell.until < year * 12 + 12:
                grant(person, spell.branch, "D", (year + 1, 1, 1) if year + 1 < AS_OF[0] else (AS_OF[0], 1, 1))
        if person.death and person.spouse:
            widowed = people[person.spouse]
            alive = widowed.death is None and age(widowed.birth, AS_OF) < 95
            if alive and widowed.code not in drawn and widowed.code not in last and widowed.code not in CAST:
                year, month, _ = person.death
                grant(widowed, spell.branch, "S", (year, month, 1) if month < 12 else (year + 1, 1, 1))
    return list(drawn.values())


def _paid_on(death: Date | None) -> Date | None:
    """The last payday before a death."""
    if death is None:
        return None
    year, month, _ = death
    return (year, month - 1, 28) if month > 1 else (year - 1, 12, 28)
