"""Persons and their kin over four generations: clans that marry among themselves, parents made before children."""

from collections.abc import Iterable
from random import Random

from twin.jalali import age, day_in
from twin.names import FAMILIES, MEN, PLACES, SERIES_LETTERS, WOMEN, Place
from twin.national_codes import NationalCodes
from twin.world import AS_OF, Date, Person

COUPLES_OF_A_CLAN = 6
CAPITAL_WEIGHT = 5  # so many live there as in five other towns
CHILDREN = ((3, 6), (2, 4), (1, 3), (0, 2))  # fewest and most, by generation of the parents
OLDEST_MOTHER = 44
OLDEST_FATHER = 60
YOUNGEST_HUSBAND = 20
YOUNGEST_WIFE = 17
FIRST_YEAR_WITHOUT_SHENASNAME_NUMBER = 1368
LAST_YEAR_OF_PARTIAL_BIRTHS = 1345
WITHHELD = (
    "err.cancellation.nin",
    "result.rec.review",
    "result.rec.return",
    "IS_EXCEPTED",
    "result.rec.invisible",
)
WITHHELD_EVERY = 180  # persons

Couple = tuple[Person, Person]


def add_clan(rng: Random, people: dict[str, Person], codes: NationalCodes, count: int) -> None:
    """One clan more, cut short when there are `count` people."""
    (place,) = rng.choices(PLACES, [CAPITAL_WEIGHT, *[1] * (len(PLACES) - 1)])
    couples = []
    for _ in range(COUPLES_OF_A_CLAN):
        if count - len(people) < 2:
            break
        couples.append(_founders(rng, people, codes, place))
    for fewest, most in CHILDREN:
        children: list[Person] = []
        for couple in couples:
            children += _children(rng, people, codes, place, couple, rng.randint(fewest, most), count)
        couples = list(_marriages(rng, children))
    if len(people) == count - 1:  # nobody to marry: one more without kin
        person = new_person(rng, codes, place, female=rng.random() < 0.5, birth=day_in(rng, rng.randint(1340, 1380)))
        people[person.code] = person


def new_person(
    rng: Random,
    codes: NationalCodes,
    place: Place,
    *,
    female: bool,
    birth: Date,
    father: Person | None = None,
    mother: Person | None = None,
    **facts: object,
) -> Person:
    """A person of that place; `facts` override what is drawn."""
    young = birth[0] >= FIRST_YEAR_WITHOUT_SHENASNAME_NUMBER
    drawn: dict[str, object] = {
        "code": facts.pop("code", None) or codes.next(rng.choice(place.areas)),
        "first_name": rng.choice(WOMEN if female else MEN),
        "last_name": father.last_name if father else rng.choice(FAMILIES),
        "father_name": father.first_name if father else rng.choice(MEN),
        "father": father.code if father else None,
        "mother": mother.code if mother else None,
        "shenasname_no": 0 if young else rng.randint(1, 99_999),
        "shenasname_series": f"{rng.choice(SERIES_LETTERS)}/{rng.randint(10, 89)}",
        "shenasname_serial": rng.randint(100_000, 999_999),
        "issue_place": place.name,
        "office_code": place.office,
        "death": _death(rng, birth),
    }
    return Person(female=female, birth=birth, **(drawn | facts))  # type: ignore[arg-type]


def marry(husband: Person, wife: Person, on: Date) -> None:
    husband.spouse, wife.spouse = wife.code, husband.code
    husband.married_on = wife.married_on = on


def blur(rng: Random, people: dict[str, Person], spared: Iterable[str]) -> None:
    """What registries do not know: some births by year or month only, some records shown to nobody."""
    others = [person for code, person in people.items() if code not in set(spared)]
    old = [person for person in others if person.birth[0] < LAST_YEAR_OF_PARTIAL_BIRTHS]
    for number, person in enumerate(old):
        year, month, _ = person.birth
        if number % 25 == 3:
            person.birth = (year, month, 0)
        elif number % 25 == 11:
            person.birth = (year, 0, 0)
    hidden = max(len(others) // WITHHELD_EVERY, len(WITHHELD)) if len(others) > 10 * len(WITHHELD) else 0
    for number, person in enumerate(rng.sample(others, hidden)):
        person.withheld = WITHHELD[number % len(WITHHELD)]


def _founders(rng: Random, people: dict[str, Person], codes: NationalCodes, place: Place) -> Couple:
    born = rng.randint(1302, 1330)
    husband = new_person(rng, codes, place, female=False, birth=day_in(rng, born))
    wife = new_person(rng, codes, place, female=True, birth=day_in(rng, born + rng.randint(0, 8)))
    marry(husband, wife, day_in(rng, wife.birth[0] + rng.randint(18, 21)))
    people[husband.code], people[wife.code] = husband, wife
    return husband, wife


def _children(
    rng: Random,
    people: dict[str, Person],
    codes: NationalCodes,
    place: Place,
    parents: Couple,
    wanted: int,
    count: int,
) -> list[Person]:
    father, mother = parents
    assert father.married_on is not None  # noqa: S101 - couples are married
    last = min(
        mother.birth[0] + OLDEST_MOTHER,
        father.birth[0] + OLDEST_FATHER,
        AS_OF[0] - 1,
        *(parent.death[0] - 1 for parent in parents if parent.death),
    )
    year = father.married_on[0] + 1
    children: list[Person] = []
    while len(children) < wanted and year <= last and len(people) < count:
        child = new_person(
            rng, codes, place, female=rng.random() < 0.49, birth=day_in(rng, year), father=father, mother=mother
        )
        people[child.code] = child
        children.append(child)
        year += rng.randint(1, 4)
    return children


def _marriages(rng: Random, candidates: list[Person]) -> Iterable[Couple]:
    women = [p for p in candidates if p.female]
    for man in (p for p in candidates if not p.female):
        if rng.random() < 0.1:
            continue
        for woman in women:
            year = max(man.birth[0] + YOUNGEST_HUSBAND, woman.birth[0] + YOUNGEST_WIFE) + rng.randint(1, 6)
            lived = all(p.death is None or p.death[0] > year + 1 for p in (man, woman))
            if -3 <= woman.birth[0] - man.birth[0] <= 12 and woman.father != man.father and lived and year < AS_OF[0]:
                marry(man, woman, day_in(rng, year))
                women.remove(woman)
                yield man, woman
                break


def _death(rng: Random, birth: Date) -> Date | None:
    years = age(birth, AS_OF)
    odds = 0.97 if years > 92 else 0.55 if years > 75 else 0.15 if years > 60 else 0.015
    if years < 5 or rng.random() > odds:
        return None
    youngest = 58 if years > 60 else 4
    return day_in(rng, min(birth[0] + rng.randint(youngest, min(years, 96)), AS_OF[0] - 1))
