"""A ready pair of DBF files of any workshop of the world, for whoever tries the intake: its workers, one month on."""

from __future__ import annotations

from twin.branches.code_pages import CodePage
from twin.clock import Clock
from twin.jalali import of_datetime, yyyymmdd
from twin.premium_list_files import Place, Worker, pair
from twin.world import Spell, World

MOST_WORKERS = 12


def example_pair(
    world: World, clock: Clock, workshop: str, branch: str, page: CodePage, *, month: int | None, number: str
) -> tuple[bytes, bytes]:
    """DSKKAR00 and DSKWOR00. `month` is yyyymm; without one, the month before the twin's today. Raises ValueError with
    a sentence for a workshop that is none."""
    place = next((w for w in world.workshops if (w.code, w.branch) == (workshop, branch)), None)
    if place is None:
        raise ValueError("there is no such workshop in that branch")
    year, in_year = divmod(month, 100) if month else _last_month(clock)
    if not (1300 <= year <= 1449 and 1 <= in_year <= 12):
        raise ValueError("`month` must be a Jalali yyyymm")
    where = Place(
        workshop=place.code,
        name=place.name[:30],
        employer=place.employer_name[:30],
        address=place.address[:40],
        year=year,
        month=in_year,
        number=number,
    )
    return pair(where, [_worker(world, spell) for spell in _staff(world, workshop, branch)], page)


def _last_month(clock: Clock) -> tuple[int, int]:
    year, month, _ = of_datetime(clock.now())
    return (year, month - 1) if month > 1 else (year - 1, 12)


def _staff(world: World, workshop: str, branch: str) -> list[Spell]:
    """The newest spell of each living person who worked there, in the order of their codes."""
    newest: dict[str, Spell] = {}
    for spell in world.spells:
        if (spell.workshop, spell.branch) == (workshop, branch) and world.people[spell.person].death is None:
            before = newest.get(spell.person)
            newest[spell.person] = spell if before is None or before.until < spell.until else before
    return [newest[code] for code in sorted(newest)][:MOST_WORKERS]


def _worker(world: World, spell: Spell) -> Worker:
    person = world.people[spell.person]
    numbers = [m.insurance_no for m in world.memberships if m.person == spell.person]
    turn = int(person.code[-4:])
    daily = spell.daily_wage - spell.daily_wage % 100
    days = 29 if turn % 5 else 12
    return Worker(
        national_code=person.code,
        insurance_number=(numbers[0] if numbers else person.code)[-8:],
        first_name=person.first_name,
        last_name=person.last_name,
        father_name=person.father_name,
        female=person.female,
        birth=f"{yyyymmdd(person.birth):08}",
        shenasname_no=str(person.shenasname_no),
        issue_place=person.issue_place,
        occupation=spell.job if not spell.job.isdigit() else "",
        days=days,
        daily=daily,
        benefits=daily * days * (turn % 4) // 20,
    )
