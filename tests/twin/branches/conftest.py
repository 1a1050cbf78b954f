"""A small country made by hand: every branch, every trap, and few enough rows to look at."""

import os
from pathlib import Path

import pytest

from twin.world import (
    BRANCHES,
    Bail,
    Debt,
    Kind,
    LedgerLine,
    Membership,
    Order,
    Pension,
    Person,
    Spell,
    Workshop,
    World,
)

SARA, REZA, MINA, KAVEH, PARISA = "0013542419", "0061274801", "1278450939", "3875194063", "0064982033"


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def small_world() -> World:
    people = [
        person(SARA, "سارا", "رضایی گچ\u200cکار", female=True, spouse=KAVEH),
        person(REZA, "رضا", "رضایی", birth=(1320, 0, 0), death=(1401, 2, 3)),
        person(MINA, "مینا", "کیانی پور", female=True, birth=(1360, 7, 0)),
        person(KAVEH, "کاوه", "چگنی", spouse=SARA),
        person(PARISA, "پریسا", "علی زاده", female=True),
    ]
    workshops = [
        Workshop(
            code=f"{branch}012345",
            branch=branch,
            name="کارگاه چاپ ۲۵ آبان",
            employer_name="کاوه چگنی",
            employer=KAVEH if branch == "0070" else None,
            address="تهران، خیابان انقلاب، پلاک ۱۲",
        )
        for branch in BRANCHES
    ]
    spells = [
        spell(person, branch, month(1397, 10), month(1402, 3))
        for branch in BRANCHES
        for person in (SARA, MINA)
        if (person, branch) != (MINA, "0960")
    ]
    spells += [
        spell(MINA, "0960", month(1399, 1), month(1400, 2), duplicated_in="1530"),
        spell(SARA, "2450", month(1402, 4), month(1402, 9), duplicated_in="2450"),
        spell(PARISA, "0070", month(1403, 1), month(1405, 7), workshop=None, kind=Kind.VOLUNTARY),
        spell(PARISA, "0960", month(1402, 1), month(1402, 12), workshop=None, kind=Kind.STUDENT, duplicated_in="0960"),
    ]
    memberships = [
        Membership(
            person=code,
            branch=branch,
            insurance_no=f"00{number}{branch}501"[:10],
            kind=Kind.COMPULSORY,
            status="A",
            workshop=f"{branch}012345" if code != PARISA else None,
            since=(1397, 10, 1),
        )
        for number, code in enumerate((SARA, MINA, PARISA))
        for branch in BRANCHES
    ]
    return World(
        seed=7,
        people={person.code: person for person in people},
        workshops=workshops,
        memberships=memberships,
        spells=spells,
        bails=[
            Bail(supporter=SARA, person=REZA, branch=b, relation="05", since=(1398, 1, 1), until=None, covered=True)
            for b in BRANCHES
        ],
        pensions=[
            Pension(
                number="0000104217",
                person=REZA,
                branch="0070",
                kind="R",
                status="E",
                base=(1380, 1, 1),
                end=(1401, 2, 3),
                amount=90_000_000,
                paid_on=(1401, 1, 30),
            )
        ],
        debts=[debt("0070"), debt("2450")],
        receipts=[],
        cases=[],
    )


def person(
    code: str,
    first: str,
    last: str,
    *,
    female: bool = False,
    birth: tuple[int, int, int] = (1365, 4, 12),
    death: tuple[int, int, int] | None = None,
    spouse: str | None = None,
) -> Person:
    return Person(
        code=code,
        first_name=first,
        last_name=last,
        father_name="غلامعلی",
        female=female,
        birth=birth,
        death=death,
        spouse=spouse,
        shenasname_no=417,
        issue_place="اهواز",
    )


def spell(
    person: str,
    branch: str,
    since: int,
    until: int,
    *,
    workshop: str | None = "012345",
    kind: Kind = Kind.COMPULSORY,
    duplicated_in: str | None = None,
) -> Spell:
    return Spell(
        person=person,
        branch=branch,
        workshop=workshop and branch + workshop,
        kind=kind,
        since=since,
        until=until,
        daily_wage=1_200_000,
        job="حسابدار",
        duplicated_in=duplicated_in,
    )


def debt(branch: str) -> Debt:
    return Debt(
        number=f"{branch}00000001",
        branch=branch,
        workshop=f"{branch}012345",
        debtor=KAVEH,
        reason="کسر پرداخت",
        since=month(1401, 1),
        until=month(1401, 6),
        issued=(1401, 9, 1),
        served=None,
        premium=30_000_000,
        unemployment=3_000_000,
        other=1_500_000,
        remain=24_500_000,
        step="02",
        ledger=[
            LedgerLine(date=(1401, 9, 1), kind="C", amount=34_500_000, balance=34_500_000, text="بدهی"),
            LedgerLine(date=(1401, 11, 1), kind="V", amount=-10_000_000, balance=24_500_000, text="پرداخت"),
        ],
        orders=[
            Order(number=f"{branch}00000009", kind="02", issued=(1401, 10, 1), served=(1401, 10, 5), amount=34_500_000)
        ],
    )


@pytest.fixture(scope="session")
def world() -> World:
    return small_world()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where templates are kept: one place for all workers of this test run."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "branch-templates"
