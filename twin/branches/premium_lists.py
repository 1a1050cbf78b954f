"""Rows of premium lists: dskwor00 a worker and month, dskkar00 a list with its sums, spcwor00 the special insured."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from twin.branches.dates import yy_mm, yyyymmdd
from twin.branches.manners import MANNERS, empty
from twin.branches.spells import PremiumMonth, month_length, premium_months
from twin.branches.tables import BRANCHES_WITH_NEWER_COLUMNS
from twin.world import Person, Spell, Workshop, World

Row = tuple[Any, ...]
Rows = tuple[str, list[Row]]  # a table's name and some of its rows

FIRST_SPECIAL_RECORD = 5_000_000_001  # keeps spcwor00's record ids apart from dskwor00's
MAIN, ENTERED_AGAIN, WHOLE_LIST_AGAIN = "01", "02", "03"  # the end of a list's number
HOUSING = 9_000_000  # rial a month at most, paid beside the insurable wage to a spouse


def lists_of_branch(world: World, branch: str, insurance_numbers: dict[str, str]) -> Iterator[Rows]:
    """dskwor00 and dskkar00, workshop by workshop, so that only one workshop's sums are held at a time."""
    workshops = {workshop.code: workshop for workshop in world.workshops}
    workshops |= {workshop.code: workshop for workshop in world.workshops if workshop.branch == branch}
    spells: defaultdict[str, list[tuple[Spell, str]]] = defaultdict(list)
    for spell in world.spells:
        if spell.workshop is None:
            continue
        if spell.branch == branch:
            spells[spell.workshop].append((spell, MAIN))
        if spell.duplicated_in == branch:
            spells[spell.workshop].append((spell, ENTERED_AGAIN if spell.branch == branch else MAIN))
    clerk = _ListClerk(branch, world.people, insurance_numbers)
    for code in sorted(spells):
        for spell, ending in spells[code]:
            yield "dskwor00", clerk.worker_rows(spell, ending)
        yield "dskkar00", clerk.list_rows(workshops[code])


def special_rows(world: World, branch: str, insurance_numbers: dict[str, str]) -> Iterator[Rows]:
    """spcwor00. A special spell that is duplicated in its own branch stands there twice."""
    manner = MANNERS[branch]
    record = FIRST_SPECIAL_RECORD
    for spell in world.spells:
        if spell.workshop is not None:
            continue
        number = manner.insurance_number(insurance_numbers.get(spell.person, ""))
        for _ in range((spell.branch == branch) + (spell.duplicated_in == branch)):
            rows: list[Row] = []
            for m in premium_months(spell):
                ids = (number, manner.national_code(spell.person))
                rows.append((record, int(spell.kind), *yy_mm(m.month), m.days, m.insurable, m.premium, *ids))
                record += 1
            yield "spcwor00", rows


class _ListClerk:
    """Enters a branch's lists. Record ids count up from 1 in the order of entry, so they are stable."""

    def __init__(self, branch: str, people: dict[str, Person], insurance_numbers: dict[str, str]) -> None:
        self._branch = branch
        self._manner = MANNERS[branch]
        self._people = people
        self._numbers = insurance_numbers
        self._record = 1
        self._list = 0
        self._sums: dict[tuple[int, str], list[int]] = {}
        self._turns = len(self._manner.pages) * 5  # every pairing of a page with an empty marker

    def worker_rows(self, spell: Spell, ending: str) -> list[Row]:
        person = self._people[spell.person]
        workshop = spell.workshop or ""
        who = [self._who(person, spell, turn) for turn in range(min(self._turns, spell.until - spell.since + 1))]
        job = (
            spell.job if len(spell.job) <= 6 and spell.job.isdigit() else f"{zlib.crc32(spell.job.encode()) % 10**6:06}"
        )
        code = self._manner.national_code(spell.person)
        newer = self._branch in BRANCHES_WITH_NEWER_COLUMNS
        married = person.spouse is not None
        rows: list[Row] = []
        for m in premium_months(spell):
            for copy in self._endings(workshop, m.month, ending):
                record = self._record
                self._record += 1
                self._add(m, copy)
                rows.append(
                    (
                        record,
                        workshop,
                        *yy_mm(m.month),
                        _list_number(m.month, copy),
                        *who[record % len(who)],
                        _first_day(m) if m.month == spell.since else empty(8, record),
                        _last_day(m) if m.month == spell.until and m.days < 28 else empty(8, record + 1),
                        *m[1:],
                        7,
                        job,
                        code,
                        *((m.base // 30, HOUSING if married else 0) if newer else ()),
                    )
                )
        return rows

    def list_rows(self, workshop: Workshop) -> list[Row]:
        """One row for each list that `worker_rows` made since the last call, with its sums."""
        rows: list[Row] = []
        for (month, ending), sums in sorted(self._sums.items()):
            self._list += 1
            row = self._list
            workers, days, daily, base, benefits, insurable, gross, premium = sums
            text = self._manner.text
            rows.append(
                (
                    workshop.code,
                    text(workshop.name, 30, row),
                    text(workshop.employer_name, 30, row),
                    text(workshop.address, 40, row),
                    0,
                    *yy_mm(month),
                    _list_number(month, ending),
                    text("" if ending == MAIN else "لیست مجدد", 30, row),
                    workers,
                    days,
                    daily,
                    base,
                    benefits,
                    insurable,
                    gross,
                    premium,
                    (insurable * 20 + 50) // 100,
                    (insurable * 3 + 50) // 100,
                    20 if row % 3 else 30,  # exporters write either (domain.md 2.3)
                    0,
                    0,
                    empty(3, row),
                )
            )
        self._sums.clear()
        return rows

    def _who(self, person: Person, spell: Spell, turn: int) -> Row:
        """dsw_id1 to dsw_ocp, as the rows of one turn have them."""
        text = self._manner.text
        return (
            self._manner.insurance_number(self._numbers.get(spell.person, "")),
            text(person.first_name, 60, turn),
            text(person.last_name, 60, turn),
            text(person.father_name, 60, turn),
            f"{person.shenasname_no:<15}",
            text(person.issue_place, 30, turn),
            empty(8, turn),
            yyyymmdd(person.birth, turn),
            text("زن" if person.female else "مرد", 3, turn),
            text("ایرانی", 10, turn),
            text(spell.job, 50, turn),
        )

    def _endings(self, workshop: str, month: int, ending: str) -> Iterable[str]:
        """The list that a row goes to, and the second entry of that list, where the branch made one."""
        yield ending
        twice = self._manner.enters_lists_twice and ending == MAIN
        if twice and zlib.crc32(f"{workshop}{month}".encode()) % 40 == 0:
            yield WHOLE_LIST_AGAIN

    def _add(self, m: PremiumMonth, ending: str) -> None:
        sums = self._sums.setdefault((m.month, ending), [0] * 8)
        sums[0] += 1
        for index, figure in enumerate(m[1:], start=1):
            sums[index] += figure


def _list_number(month: int, ending: str) -> str:
    return f"{month // 12:04}{month % 12 + 1:02}{ending}    "


def _first_day(m: PremiumMonth) -> str:
    return f"{m.month // 12:04}{m.month % 12 + 1:02}{month_length(m.month) - m.days + 1:02}"


def _last_day(m: PremiumMonth) -> str:
    return f"{m.month // 12:04}{m.month % 12 + 1:02}{m.days:02}"
