"""Who is supported by whom, after Art. 58: spouse, children until an age, parents from an age (domain.md 2.8)."""

from collections import defaultdict

from twin.careers import Careers
from twin.cast import DAUGHTER, HUSBAND, SON
from twin.jalali import age, first_of, ordinal, years_later
from twin.named import NAMED
from twin.world import AS_OF, Bail, Date, Pension, Person

WIFE, HUSBAND_, SON_, DAUGHTER_, FATHER_, MOTHER_ = "01", "02", "03", "04", "05", "06"
SONS_UNTIL, DAUGHTERS_UNTIL = 18, 20
FATHER_FROM, MOTHER_FROM, HUSBAND_OVER = 60, 55, 60
PARENTS_SUPPORTED_OF = 3  # one supporter in so many takes in the parents


def bails(people: dict[str, Person], careers: Careers, pensions: list[Pension]) -> list[Bail]:
    """Each dependant is covered by one supporter at most; covers that ended stay on file."""
    supporters: dict[str, str] = {}
    for file in careers.memberships:
        if file.status in "AP":
            supporters.setdefault(file.person, file.branch)
    own = set(supporters) | {pension.person for pension in pensions}
    children: dict[str, list[Person]] = defaultdict(list)
    for person in people.values():
        for parent in (person.father, person.mother):
            if parent:
                children[parent].append(person)

    made: list[Bail] = []
    covered: set[str] = set()

    def add(supporter: Person, person: Person, relation: str, since: Date, until: Date | None) -> None:
        if person.code in covered or person.code in own:
            return
        until = min((d for d in (until, person.death) if d and d <= AS_OF), default=None)
        since = max(since, _file_opened(supporter, careers, supporters))
        if until and until <= since:
            return
        if until is None:
            covered.add(person.code)
        made.append(
            Bail(
                supporter=supporter.code,
                person=person.code,
                branch=supporters[supporter.code],
                relation=relation,
                since=since,
                until=until,
                covered=until is None,
            )
        )

    sara = people[NAMED["sara"].code]
    add(sara, people[HUSBAND], HUSBAND_, (1404, 3, 1), None)
    add(sara, people[DAUGHTER], DAUGHTER_, people[DAUGHTER].birth, None)
    add(sara, people[SON], SON_, people[SON].birth, None)

    for number, code in enumerate(supporters):
        person = people[code]
        if person.death:
            continue
        if person.spouse and person.married_on:
            spouse = people[person.spouse]
            if spouse.female:
                add(person, spouse, WIFE, person.married_on, None)
            elif age(spouse.birth, AS_OF) > HUSBAND_OVER:
                since = years_later(_full(spouse.birth), HUSBAND_OVER + 1)
                add(person, spouse, HUSBAND_, max(since, person.married_on), None)
        for child in children[code]:
            birth = _full(child.birth)
            until = years_later(birth, DAUGHTERS_UNTIL if child.female else SONS_UNTIL)
            if child.female and child.married_on:
                until = min(until, child.married_on)
            add(person, child, DAUGHTER_ if child.female else SON_, birth, until)
        if number % PARENTS_SUPPORTED_OF == 0:
            for parent, relation, oldest in (
                (person.father, FATHER_, FATHER_FROM),
                (person.mother, MOTHER_, MOTHER_FROM),
            ):
                if parent and age(people[parent].birth, AS_OF) >= oldest:
                    add(person, people[parent], relation, years_later(_full(people[parent].birth), oldest), None)
    return made


def _full(birth: Date) -> Date:
    """A day to reckon from where the registry knows none."""
    return first_of(ordinal(birth)) if not birth[2] else birth


def _file_opened(supporter: Person, careers: Careers, supporters: dict[str, str]) -> Date:
    file = careers.file(supporter.code, supporters[supporter.code])
    return file.since if file else AS_OF
