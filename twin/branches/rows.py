"""Every row of a branch and of the directory, made from the world and handed out a few at a time."""

from __future__ import annotations

from collections.abc import Iterator

from twin.branches.dates import yyyymm, yyyymmdd
from twin.branches.manners import MANNERS, Manner, empty
from twin.branches.premium_lists import Row, Rows, lists_of_branch, special_rows
from twin.world import BRANCHES, Debt, World


def rows_of_branch(world: World, branch: str) -> Iterator[Rows]:
    """(table, rows) pieces, columns in the order of tables.py. The same world gives the same rows."""
    numbers = _insurance_numbers(world, branch)
    yield from lists_of_branch(world, branch, numbers)
    yield from special_rows(world, branch, numbers)
    manner = MANNERS[branch]
    yield "insured", list(_insured(world, manner))
    yield "bail", list(_bail(world, manner))
    yield "pensioner", list(_pensioner(world, manner))
    yield "workshop", list(_workshop(world, manner))
    debts = [debt for debt in world.debts if debt.branch == branch]
    yield "debit", [_debit(debt, manner, row) for row, debt in enumerate(debts)]
    yield "debit_ledger", list(_debit_ledger(debts, manner))
    yield "claim_order", list(_claim_order(debts))


def rows_of_directory(world: World) -> Iterator[Rows]:
    """The directory names each branch that holds anything under a person's code as insured, supporter or debtor."""
    yield "branch", [(branch, MANNERS[branch].name) for branch in BRANCHES]
    known: dict[tuple[str, str], None] = {}  # in the order in which they were entered
    known.update({(m.person, m.branch): None for m in world.memberships})
    for spell in world.spells:
        known[spell.person, spell.branch] = None
        if spell.duplicated_in:
            known[spell.person, spell.duplicated_in] = None
    known.update({(p.person, p.branch): None for p in world.pensions})
    known.update({(b.supporter, b.branch): None for b in world.bails})
    known.update({(d.debtor, d.branch): None for d in world.debts if d.debtor})
    yield "insured_branch", [(person, branch, seq) for seq, (person, branch) in enumerate(known, start=1)]
    yield (
        "workshop_branch",
        [(w.code, w.branch, w.employer or empty(10, seq), seq) for seq, w in enumerate(world.workshops, start=1)],
    )


def _insurance_numbers(world: World, branch: str) -> dict[str, str]:
    """By person: the number in this branch's file, or else in another's."""
    anywhere = {m.person: m.insurance_no for m in world.memberships}
    return anywhere | {m.person: m.insurance_no for m in world.memberships if m.branch == branch}


def _insured(world: World, manner: Manner) -> Iterator[Row]:
    names = {w.code: w.name for w in world.workshops}
    for row, file in enumerate(m for m in world.memberships if m.branch == manner.branch):
        yield (
            manner.national_code(file.person),
            manner.insurance_number(file.insurance_no),
            int(file.kind),
            file.status,
            file.workshop or empty(10, row),
            manner.text(names.get(file.workshop or "", ""), 100, row),
            yyyymmdd(file.since, row),
        )


def _bail(world: World, manner: Manner) -> Iterator[Row]:
    for row, bail in enumerate(b for b in world.bails if b.branch == manner.branch):
        person = world.people[bail.person]
        yield (
            manner.national_code(bail.supporter),
            manner.national_code(bail.person),
            bail.relation,
            manner.text(person.first_name, 60, row),
            manner.text(person.last_name, 60, row),
            yyyymmdd(person.birth, row),
            yyyymmdd(bail.since, row),
            yyyymmdd(bail.until, row),
            "A" if bail.covered else "E",
        )


def _pensioner(world: World, manner: Manner) -> Iterator[Row]:
    for row, pension in enumerate(p for p in world.pensions if p.branch == manner.branch):
        yield (
            f"{pension.number:<10}",
            manner.national_code(pension.person),
            pension.kind,
            pension.status,
            yyyymmdd(pension.base, row),
            yyyymmdd(pension.end, row),
            pension.amount,
            yyyymmdd(pension.paid_on, row),
            pension.amount if pension.paid_on else None,
        )


def _workshop(world: World, manner: Manner) -> Iterator[Row]:
    for row, workshop in enumerate(w for w in world.workshops if w.branch == manner.branch):
        yield (
            workshop.code,
            manner.text(workshop.name, 100, row),
            manner.text(workshop.employer_name, 100, row),
            manner.text(workshop.address, 100, row),
            manner.national_code(workshop.employer) if workshop.employer else empty(10, row),
            "A" if workshop.active else "I",
        )


def _debit(debt: Debt, manner: Manner, row: int) -> Row:
    return (
        f"{debt.number:<12}",
        debt.workshop or empty(10, row),
        manner.national_code(debt.debtor) if debt.debtor else empty(10, row),
        manner.text(debt.reason, 50, row),
        yyyymm(debt.since),
        yyyymm(debt.until),
        yyyymmdd(debt.issued, row),
        yyyymmdd(debt.served, row),
        yyyymmdd(debt.ruled, row),
        debt.premium,
        debt.unemployment,
        debt.other,
        debt.premium + debt.unemployment + debt.other,
        debt.remain,
        debt.step,
        "01" if debt.remain else "09",
    )


def _debit_ledger(debts: list[Debt], manner: Manner) -> Iterator[Row]:
    row = 0
    for debt in debts:
        for number, line in enumerate(debt.ledger, start=1):
            row += 1
            yield (
                f"{debt.number:<12}",
                number,
                yyyymmdd(line.date, row),
                line.kind,
                line.amount,
                line.balance,
                manner.text(line.text, 50, row),
            )


def _claim_order(debts: list[Debt]) -> Iterator[Row]:
    row = 0
    for debt in debts:
        for order in debt.orders:
            row += 1
            yield (
                f"{order.number:<12}",
                f"{debt.number:<12}",
                debt.workshop or empty(10, row),
                order.kind,
                yyyymmdd(order.issued, row),
                yyyymmdd(order.served, row),
                order.amount,
            )
