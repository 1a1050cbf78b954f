"""The Labour Ministry's list of the unemployed, with its oddities (domain.md 2.7)."""

from random import Random

from twin.careers import LAST_MONTH, Careers
from twin.cast import CAST
from twin.jalali import age, days_later, first_of
from twin.named import NAMED
from twin.world import AS_OF, Case, Date, Kind, Person, Spell

# Taken in turn, so that every world has each
STANDINGS = (
    ("REGISTERED", "PENDING"),
    ("UNDER_REVIEW", "PENDING"),
    ("APPROVED", "GRANTED"),
    ("APPROVED", "WITHDRAWN"),
    ("REFERRED_TO_SSO", "GRANTED"),
    ("REFERRED_TO_SSO", "WITHDRAWN"),
    ("REJECTED", "REFUSED"),
    ("SUSPENDED", "GRANTED"),
    ("EXHAUSTED", "GRANTED"),
)
DRAWING = ("REFERRED_TO_SSO", "SUSPENDED", "EXHAUSTED")
REFERRED = ("REFERRED_TO_SSO", "SUSPENDED", "EXHAUSTED")
LATEST_JOB_LOSS_MONTHS_AGO = 60
SHARE_OF_JOBLESS_LISTED = 0.75
TWICE_EVERY = 6  # cases
MANY_DEPENDANTS_EVERY = 8  # cases


class Cases:
    """Collects cases."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.made: list[Case] = []

    def add_all(self, people: dict[str, Person], careers: Careers) -> None:
        rng = self._rng
        sara, mina = people[NAMED["sara"].code], people[NAMED["mina"].code]
        self._add(sara, (1404, 6, 12), "REFERRED_TO_SSO", "GRANTED", dependants=3, paid_months=3)
        # Registered twice: the first registration was refused for want of papers
        self._add(mina, (1404, 1, 5), "REJECTED", "REFUSED", dependants=0, paid_months=0)
        self._add(mina, (1404, 1, 25), "UNDER_REVIEW", "PENDING", dependants=0, paid_months=0)

        last: dict[str, Spell] = {spell.person: spell for spell in careers.spells}
        for number, spell in enumerate(self._jobless(people, last)):
            person = people[spell.person]
            stage, approval = STANDINGS[number % len(STANDINGS)]
            lost = (spell.until // 12, spell.until % 12 + 1, rng.randint(1, 29))
            dependants = 5 + number % 3 if number % MANY_DEPENDANTS_EVERY == 1 else rng.randint(0, 3)
            drawn = rng.randint(1, 12) if stage in DRAWING else 0
            if number % TWICE_EVERY == 4:
                earlier = (lost[0] - 2, lost[1], lost[2])
                self._add(person, earlier, "EXHAUSTED", "GRANTED", dependants=dependants, paid_months=rng.randint(1, 6))
            self._add(person, lost, stage, approval, dependants=dependants, paid_months=drawn)

    def _jobless(self, people: dict[str, Person], last: dict[str, Spell]) -> list[Spell]:
        return [
            spell
            for spell in last.values()
            if spell.kind is Kind.COMPULSORY
            and LAST_MONTH - LATEST_JOB_LOSS_MONTHS_AGO < spell.until < LAST_MONTH - 1
            and not people[spell.person].death
            and spell.person not in CAST
            and self._rng.random() < SHARE_OF_JOBLESS_LISTED
        ]

    def _add(self, person: Person, lost: Date, stage: str, approval: str, *, dependants: int, paid_months: int) -> None:
        registered = min(days_later(lost, self._rng.randint(2, 29)), AS_OF)
        referred = min(days_later(registered, self._rng.randint(10, 40)), AS_OF) if stage in REFERRED else None
        self.made.append(
            Case(
                tracking=f"UB-{registered[0]}-{len(self.made) + 1001:07}",
                person=person.code,
                stage=stage,
                approval=approval,
                registered=registered,
                referred=referred,
                job_loss=lost if self._rng.random() > 0.05 or person.code in (NAMED["sara"].code,) else None,
                married=person.spouse is not None and age(person.birth, first_of(LAST_MONTH)) > 17,
                dependants=dependants,
                paid_months=paid_months,
            )
        )
