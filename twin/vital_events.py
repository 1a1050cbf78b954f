"""What the civil registry has entered: births, marriages, divorces and deaths, in the order of their registration.

Drawn from the world without a generator of its own: the same world has the same events. The book holds one number an
event, so that a country of a million takes some megabytes; a row is made when it is asked for. Beside the marriages
that the world knows, persons without a spouse had former ones, and some daughters whom a branch still covers have
married since: the branch does not know yet.
"""

from __future__ import annotations

import bisect
import enum
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from twin.jalali import age, days_later
from twin.named import IN_SERVICES, NAMED
from twin.trouble import turn
from twin.world import AS_OF, Date, Person, World

TEMPORARY_EVERY, OTHER_OFFICE_EVERY, LATE_EVERY = 15, 25, 6  # marriages
FORMER_EVERY = 3  # persons without a spouse who were married once
DAUGHTERS_EVERY = 4  # covered daughters of an age to marry who have
LONGEST_DELAY = 40  # days from a marriage to its registration
YOUNGEST_BRIDE, YOUNGEST_GROOM = 17, 20
PLAIN = frozenset(who.code for who in (*NAMED.values(), *IN_SERVICES.values()))  # nothing is drawn for them
_DAY, _KIND = 1 << 36, 1 << 32  # places of the date and the kind in a packed event


class Kind(enum.IntEnum):
    """As they are numbered on the wire."""

    BIRTH = 1
    MARRIAGE = 2
    DIVORCE = 3
    DEATH = 4


class Marriage(NamedTuple):
    """By places in the list of persons. `first` is said of each of the two."""

    husband: int
    wife: int
    on: Date
    registered: Date
    permanent: bool
    official: bool
    husbands_first: bool
    wifes_first: bool
    divorced: Date | None


class VitalEvents:
    """Sequences count from 1, without gaps."""

    def __init__(self, world: World) -> None:
        self._people = list(world.people.values())
        self._places = {person.code: place for place, person in enumerate(self._people)}
        self._marriages = list(_marriages(world, self._people, self._places))
        self._of_person: dict[int, list[int]] = {}
        for number, marriage in enumerate(self._marriages):
            for place in (marriage.husband, marriage.wife):
                self._of_person.setdefault(place, []).append(number)
        self._book = array("q", sorted(self._packed()))

    def __len__(self) -> int:
        return len(self._book)

    def rows(self, after: int, limit: int) -> list[dict[str, Any]]:
        """The events that follow a sequence, oldest first."""
        begin = max(0, after)
        return [self._row(begin + n + 1, packed) for n, packed in enumerate(self._book[begin : begin + limit])]

    def of_persons(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        """Their own births, marriages, divorces and deaths, each event once, by sequence."""
        packed = {event for code in codes if (place := self._places.get(code)) is not None for event in self._of(place)}
        return [self._row(bisect.bisect_left(self._book, event) + 1, event) for event in sorted(packed)]

    def _packed(self) -> Iterator[int]:
        for place, person in enumerate(self._people):
            yield _pack(person.birth, Kind.BIRTH, place)
            if person.death:
                yield _pack(person.death, Kind.DEATH, place)
        for number, marriage in enumerate(self._marriages):
            yield _pack(marriage.registered, Kind.MARRIAGE, number)
            if marriage.divorced:
                yield _pack(marriage.divorced, Kind.DIVORCE, number)

    def _of(self, place: int) -> Iterator[int]:
        person = self._people[place]
        yield _pack(person.birth, Kind.BIRTH, place)
        if person.death:
            yield _pack(person.death, Kind.DEATH, place)
        for number in self._of_person.get(place, ()):
            marriage = self._marriages[number]
            yield _pack(marriage.registered, Kind.MARRIAGE, number)
            if marriage.divorced:
                yield _pack(marriage.divorced, Kind.DIVORCE, number)

    def _row(self, sequence: int, packed: int) -> dict[str, Any]:
        date, rest = divmod(packed, _DAY)
        number, place = divmod(rest, _KIND)
        kind = Kind(number)
        row: dict[str, Any] = {"sequence": sequence, "kind": int(kind), "registeredOn": date, "occurredOn": date}
        if kind in (Kind.BIRTH, Kind.DEATH):
            person = self._people[place]
            parties: list[dict[str, Any]] = [{"nin": int(person.code), "role": "SELF"}]
            if kind is Kind.BIRTH:
                kin = ((person.father, "FATHER"), (person.mother, "MOTHER"))
                parties += [{"nin": int(code), "role": role} for code, role in kin if code]
            return row | {"parties": parties}
        marriage = self._marriages[place]
        husband, wife = self._people[marriage.husband], self._people[marriage.wife]
        couple: list[dict[str, Any]] = [
            {"nin": int(husband.code), "role": "HUSBAND"},
            {"nin": int(wife.code), "role": "WIFE"},
        ]
        if kind is Kind.DIVORCE:
            return row | {"parties": couple}
        couple[0]["first"], couple[1]["first"] = marriage.husbands_first, marriage.wifes_first
        return row | {
            "parties": couple,
            "occurredOn": _number(marriage.on),
            "permanent": marriage.permanent,
            "officeKind": 1 if marriage.official else 2,
        }


def _pack(date: Date, kind: Kind, place: int) -> int:
    return _number(date) * _DAY + kind * _KIND + place


def _number(date: Date) -> int:
    return date[0] * 10_000 + date[1] * 100 + date[2]


def _marriages(world: World, people: list[Person], places: dict[str, int]) -> Iterator[Marriage]:
    """The standing ones; then former ones among those who have no spouse; then those of covered daughters."""
    single: dict[bool, list[int]] = {True: [], False: []}
    for place, person in enumerate(people):
        if person.spouse and person.married_on:
            if not person.female:
                yield _standing(world, person, place, places[person.spouse])
        elif not person.death and person.birth[1] and person.code not in PLAIN:
            single[person.female].append(place)
    brides = {bail.person for bail in world.bails if bail.covered and bail.relation == "04"}
    grooms = iter([p for p in single[False] if age(people[p].birth, AS_OF) >= YOUNGEST_GROOM + 4])
    for wife in single[True]:
        bride = people[wife]
        years = age(bride.birth, AS_OF)
        daughter = bride.code in brides
        if years < YOUNGEST_BRIDE or turn("former" + bride.code, DAUGHTERS_EVERY if daughter else FORMER_EVERY):
            continue
        if not daughter and years < YOUNGEST_BRIDE + 6:
            continue
        husband = next(grooms, None)
        if husband is None:
            break
        yield _daughters(bride, husband, wife) if daughter else _former(people, husband, wife)
    for code, told in world.brides.items():
        yield Marriage(places[told[0]], places[code], told[1], told[1], True, True, True, True, None)


def _standing(world: World, husband: Person, at: int, wife: int) -> Marriage:
    assert husband.married_on  # noqa: S101 - who asks has looked
    named = husband.code in world.plain_marriages
    registered = husband.married_on
    if not named and turn("late" + husband.code, LATE_EVERY) == 0:
        registered = min(days_later(registered, 1 + turn("delay" + husband.code, LONGEST_DELAY)), AS_OF)
    return Marriage(
        at,
        wife,
        husband.married_on,
        registered,
        named or turn("temporary" + husband.code, TEMPORARY_EVERY) != 0,
        named or turn("office" + husband.code, OTHER_OFFICE_EVERY) != 0,
        named or turn("his first" + husband.code, 12) != 0,
        named or turn("her first" + husband.code, 20) != 0,
        None,
    )


def _former(people: list[Person], husband: int, wife: int) -> Marriage:
    """It ended some years before the world's day."""
    youngest = max(people[husband].birth[0] + YOUNGEST_GROOM, people[wife].birth[0] + YOUNGEST_BRIDE)
    year = min(youngest + 1 + turn(("since", wife), 4), AS_OF[0] - 2)
    month, day = 1 + turn(("month", wife), 12), 1 + turn(("day", wife), 29)
    ended = min(year + 1 + turn(("until", wife), 5), AS_OF[0] - 1)
    permanent = turn(("temporary", wife), 4) != 0
    on = (year, month, day)
    return Marriage(husband, wife, on, on, permanent, True, True, True, (ended, month, day))


def _daughters(bride: Person, husband: int, wife: int) -> Marriage:
    """Within the last months; one in four is over again, one in eight is temporary."""
    on = (AS_OF[0], 4 + turn("month" + bride.code, 4), 1 + turn("day" + bride.code, 20))
    over = (on[0], on[1], on[2] + 8) if turn("over" + bride.code, 4) == 0 else None
    return Marriage(husband, wife, on, on, turn("temporary" + bride.code, 8) != 0, True, True, True, over)
