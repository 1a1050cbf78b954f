"""What the desks of the offices look up in the country's books."""

import zlib

from twin.jalali import days_later
from twin.world import AS_OF, Date, Membership, Pension, Person, World

WIFE, HUSBAND, SON, DAUGHTER, FATHER, MOTHER = "01", "02", "03", "04", "05", "06"


def number_of(prefix: str, *said: object) -> str:
    """The same for the same case, and another for another one."""
    return f"{prefix}-{AS_OF[0]}-{zlib.crc32('|'.join(map(str, said)).encode()) % 10**7:07}"


def date_of(said: object) -> Date | None:
    """Of yyyymmdd."""
    if not isinstance(said, int):
        return None
    return (said // 10_000, said // 100 % 100, said % 100)


def days_from(since: Date, until: Date) -> int:
    """Both included; 0 where they are in the wrong order, or more than ten years apart."""
    for days in range(3_660):
        if days_later(since, days) == until:
            return days + 1
    return 0


def written(date: Date) -> str:
    return f"{date[0]:04}-{date[1]:02}-{date[2]:02}"


def files_of(world: World, code: str) -> list[Membership]:
    return [file for file in world.memberships if file.person == code]


def pension_of(world: World, code: str) -> Pension | None:
    return next((pension for pension in world.pensions if pension.person == code), None)


def is_linked(world: World, code: str) -> bool:
    return any(file.status in "AP" for file in files_of(world, code))


def relation_to(world: World, one: str, other: str) -> str | None:
    """What `other` is to `one`, by the family: a code of relations, None for no kin of the first degree."""
    person, kin = world.people.get(one), world.people.get(other)
    if person is None or kin is None:
        return None
    if kin.spouse == one:
        return WIFE if kin.female else HUSBAND
    if one in (kin.father, kin.mother):
        return DAUGHTER if kin.female else SON
    if other == person.father:
        return FATHER
    if other == person.mother:
        return MOTHER
    return None


def known(world: World, code: object) -> Person | None:
    return world.people.get(code) if isinstance(code, str) else None
