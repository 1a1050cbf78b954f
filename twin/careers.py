"""Who worked where and when: workshops, a branch's files of its insured, and their runs of premium months."""

import math
from random import Random

from twin.cast import CAST
from twin.jalali import first_of, ordinal
from twin.named import KAVEHS_WORKSHOP, NAMED
from twin.names import FIRMS, JOBS, PLACES, STREETS, TRADES
from twin.world import AS_OF, BRANCHES, Kind, Membership, Person, Spell, Workshop

LAST_MONTH = ordinal(AS_OF) - 1  # the newest list that employers have sent
PEOPLE_A_WORKSHOP = 12
FEWEST_WORKSHOPS_A_BRANCH = 12
SAME_CODE_IN = ("0070", "0960")  # one code, two workshops: only code and branch together name one
SAME_CODE = "0070055501"
MEDIAN_MONTHS = 44
LONGEST_CAREER_YEARS = 38

_BRANCH_OF_OFFICE = {place.office: place.branch for place in PLACES}


def home_branch(person: Person) -> str:
    """The branch that serves the place of the person's registry office."""
    return _BRANCH_OF_OFFICE[person.office_code]


def daily_minimum_wage(month: int) -> int:
    """Rial a day in a month: an even curve near the real ones, 19,000 in 1380 and some 3.7 million in 1405."""
    return int(19_000 * 1.235 ** (month // 12 - 1380))


def workshops(rng: Random, people: dict[str, Person]) -> list[Workshop]:
    """Kaveh's first. Some belong to natural persons, most to firms; every tenth is closed."""
    kaveh = NAMED["kaveh"].code
    owners = [
        p for p in people.values() if p.birth[0] <= 1375 and not p.death and not p.withheld and p.code not in CAST
    ]
    code, branch = KAVEHS_WORKSHOP
    made = [
        Workshop(
            code=code,
            branch=branch,
            name="چاپخانه کاوه",
            employer_name="کاوه چراغی",
            employer=kaveh,
            address="تهران، خیابان جمهوری، پلاک ۱۲",
        )
    ]
    taken = {(code, branch), *((SAME_CODE, b) for b in SAME_CODE_IN)}
    for branch in BRANCHES:
        codes = [SAME_CODE] if branch in SAME_CODE_IN else []
        while len(codes) < max(FEWEST_WORKSHOPS_A_BRANCH, len(people) // PEOPLE_A_WORKSHOP // len(BRANCHES)):
            code = f"{branch}{rng.randrange(1_000_000):06}"
            if (code, branch) not in taken:
                taken.add((code, branch))
                codes.append(code)
        made += [_workshop(rng, code, branch, owners) for code in codes]
    return made


class Careers:
    """Collects memberships and spells; a spell always has its membership."""

    def __init__(self, rng: Random, workshops: list[Workshop]) -> None:
        self._rng = rng
        self._workshops = {b: [w for w in workshops if w.branch == b] for b in BRANCHES}
        self._files: dict[tuple[str, str], Membership] = {}
        self._numbers: set[str] = set()
        self.spells: list[Spell] = []

    @property
    def memberships(self) -> list[Membership]:
        return list(self._files.values())

    def file(self, person: str, branch: str) -> Membership | None:
        return self._files.get((person, branch))

    def open_file(self, person: Person, branch: str, kind: Kind, since: int, status: str = "I") -> Membership:
        """The branch's file of the person, a new one if it has none."""
        found = self._files.get((person.code, branch))
        if not found:
            found = Membership(
                person=person.code,
                branch=branch,
                insurance_no=self._insurance_no(person.code, branch),
                kind=kind,
                status=status,
                workshop=None,
                since=first_of(since),
            )
            self._files[person.code, branch] = found
        return found

    def add_spell(self, person: Person, spell: Spell) -> None:
        """Its months must lie in the person's life; the file's status, kind and workshop follow the newest spell."""
        file = self.open_file(person, spell.branch, spell.kind, spell.since)
        if spell.duplicated_in:
            self.open_file(person, spell.duplicated_in, spell.kind, spell.since)
        file.since = min(file.since, first_of(spell.since))
        file.kind, file.workshop = spell.kind, spell.workshop
        file.status = "A" if spell.until >= LAST_MONTH else "I"
        self.spells.append(spell)

    def workshop_in(self, branch: str) -> Workshop:
        return self._rng.choice(self._workshops[branch])

    def add_career(self, person: Person) -> None:
        """Perhaps a career, drawn; about half of the adults have one."""
        rng = self._rng
        start = ordinal(person.birth) + 12 * rng.randint(18, 27)
        stop = min(ordinal(person.death) if person.death else LAST_MONTH, start + 12 * LONGEST_CAREER_YEARS)
        if stop - start < 6 or rng.random() > (0.33 if person.female else 0.72):
            return
        months = max(1, min(int(rng.lognormvariate(math.log(MEDIAN_MONTHS), 0.9)), stop - start + 1))
        works_now = stop == LAST_MONTH and rng.random() < 0.7
        slack = stop - start + 1 - months
        until = stop if works_now else stop - rng.randint(0, slack)
        branch = home_branch(person)
        pieces = min(rng.choice((1, 1, 2, 3)), months)
        runs: list[tuple[int, int]] = []
        for piece in range(pieces, 0, -1):
            length = months // pieces if piece > 1 else months - sum(b - a + 1 for a, b in runs)
            since = until - length + 1
            runs.append((since, until))
            until = since - 1 - rng.randint(0, max(0, min(30, since - start - months)))
        for since, until in reversed([run for run in runs if run[0] >= start]):
            self.add_spell(person, self._drawn(person, branch, since, until))
            if rng.random() < 0.08:
                branch = rng.choice(BRANCHES)

    def _drawn(self, person: Person, branch: str, since: int, until: int) -> Spell:
        rng = self._rng
        kind = self._kind(person, since)
        elsewhere = next((b for b in BRANCHES if b != branch and self.file(person.code, b)), branch)
        doubled = rng.random() < (0.3 if elsewhere != branch else 0.12 if branch == "2450" else 0.02)
        return Spell(
            person=person.code,
            branch=branch,
            workshop=self.workshop_in(branch).code if kind is Kind.COMPULSORY else None,
            kind=kind,
            since=since,
            until=until,
            daily_wage=int(daily_minimum_wage(since) * rng.uniform(1, 3)),
            job=rng.choice(JOBS) if kind is Kind.COMPULSORY else "",
            duplicated_in=elsewhere if doubled and kind is Kind.COMPULSORY else None,
        )

    def _kind(self, person: Person, since: int) -> Kind:
        if self._rng.random() < 0.85:
            return Kind.COMPULSORY
        young = since // 12 - person.birth[0] < 27
        choices = [Kind.VOLUNTARY, Kind.SELF_EMPLOYED]
        choices += [Kind.STUDENT] if young else []
        choices += [Kind.HOUSEWIFE] if person.female and person.spouse else []
        return self._rng.choice(choices)

    def _insurance_no(self, person: str, branch: str) -> str:
        """One number in all branches, of 8 to 10 digits; only 0960 gives its own, of 8."""
        known = next((f.insurance_no for b in BRANCHES if (f := self._files.get((person, b)))), None)
        if known and (branch != "0960" or len(known) == 8):
            return known
        while True:
            digits = 8 if branch == "0960" else self._rng.choice((8, 8, 9, 10))
            number = str(self._rng.randrange(10 ** (digits - 1), 10**digits))
            if number not in self._numbers:
                self._numbers.add(number)
                return number


def _workshop(rng: Random, code: str, branch: str, owners: list[Person]) -> Workshop:
    trade = rng.choice(TRADES)
    owner = rng.choice(owners) if owners and rng.random() < 0.4 else None
    town = rng.choice([place for place in PLACES if place.branch == branch])
    firm = rng.choice(FIRMS)
    return Workshop(
        code=code,
        branch=branch,
        name=f"{trade} {owner.last_name if owner else firm}",
        employer_name=f"{owner.first_name} {owner.last_name}" if owner else f"شرکت {firm}",
        employer=owner.code if owner else None,
        address=f"{town.name}، {rng.choice(STREETS)}، پلاک {rng.randint(1, 400)}",
        active=rng.random() < 0.9,
    )
