"""The country that is measured in: the twin's, where some persons have all that the bench's queries ask for.

In the twin's own country hardly anybody has five dependants, a debt, payments and an unemployment case at once. Here
`WHOLE` of its insured persons do; everything else of them, and everybody else, is as the twin drew it.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from random import Random

from twin.jalali import first_of, ordinal
from twin.named import NAMED
from twin.names import DEBT_REASONS
from twin.world import AS_OF, Bail, Case, Date, Debt, LedgerLine, Membership, Person, Receipt, World

WHOLE = 400
RECORDS = 24
DEPENDANTS = ("02", "03", "04", "03", "05"), ("01", "03", "04", "04", "06")  # of a woman, of a man
CHILDREN, BORN_SINCE = ("03", "04"), 1380
DAY_MS = 86_400_000
EPOCH_MS = 1_760_000_000_000


def made_whole(world: World, *, whole: int = WHOLE) -> dict[str, int]:
    """Changes the world. How many records each of its whole persons has, by national code; always the same persons.

    Raises ValueError where the country is too small.
    """
    rng = Random(world.seed)  # noqa: S311
    records = _records(world)
    files = _files_of_candidates(world, records)
    if len(files) < whole:
        raise ValueError(f"only {len(files)} persons of this country have {RECORDS} records: take more people")
    chosen = rng.sample(sorted(files), whole)
    chosen_set = set(chosen)
    _forget(world, chosen_set)
    others = _everybody_else(world, chosen_set, rng)
    for number, code in enumerate(chosen):
        person, file = world.people[code], files[code]
        world.bails += _bails(person, file, others, rng)
        world.debts += [_debt(file, number * 3 + which, rng) for which in range(1 + number % 3)]
        world.receipts += [_receipt(code, number * 3 + which, rng) for which in range(3)]
        world.cases.append(_case(code, number, rng))
    return {code: records[code] for code in sorted(chosen)}


def _records(world: World) -> Counter[str]:
    records: Counter[str] = Counter()
    for spell in world.spells:
        records[spell.person] += spell.until - spell.since + 1
    return records


def _files_of_candidates(world: World, records: Counter[str]) -> dict[str, Membership]:
    """By national code, a branch's file of each living person with enough records whom the registry shows."""
    named = {entry.code for entry in NAMED.values()}
    files = {file.person: file for file in world.memberships}
    return {
        code: file
        for code, file in files.items()
        if records[code] >= RECORDS
        and code not in named
        and world.people[code].death is None
        and world.people[code].withheld is None
    }


def _forget(world: World, persons: set[str]) -> None:
    """What the twin drew for them of what they get anew."""
    world.bails = [bail for bail in world.bails if bail.supporter not in persons]
    world.debts = [debt for debt in world.debts if debt.debtor not in persons]
    world.receipts = [receipt for receipt in world.receipts if receipt.payer not in persons]
    world.cases = [case for case in world.cases if case.person not in persons]


def _everybody_else(world: World, persons: set[str], rng: Random) -> tuple[Iterator[Person], Iterator[Person]]:
    """Persons to be dependants, the old and the young, again and again."""
    named = {entry.code for entry in NAMED.values()}
    alive = [p for p in world.people.values() if p.code not in persons | named and not p.death]
    rng.shuffle(alive)
    old, young = ([p for p in alive if (p.birth[0] < BORN_SINCE) is elder] for elder in (True, False))
    return itertools.cycle(old), itertools.cycle(young)


def _bails(
    person: Person, file: Membership, others: tuple[Iterator[Person], Iterator[Person]], rng: Random
) -> list[Bail]:
    old, young = others
    return [
        Bail(
            supporter=person.code,
            person=next(young if relation in CHILDREN else old).code,
            branch=file.branch,
            relation=relation,
            since=(1400 + rng.randrange(5), 1 + rng.randrange(12), 1 + rng.randrange(28)),
            until=None,
            covered=True,
        )
        for relation in DEPENDANTS[0 if person.female else 1]
    ]


def _debt(file: Membership, number: int, rng: Random) -> Debt:
    until = ordinal(AS_OF) - rng.randint(2, 40)
    issued = _some_day(until + 1, rng)
    premium = 1_000_000 + rng.randrange(500) * 10_000
    return Debt(
        number=f"{file.branch}{50_000_001 + number:08}",
        branch=file.branch,
        workshop=None,
        debtor=file.person,
        reason=rng.choice(DEBT_REASONS),
        since=until - rng.randrange(6),
        until=until,
        issued=issued,
        served=issued,
        premium=premium,
        unemployment=0,
        other=0,
        remain=premium,
        step=rng.choice(("01", "02", "03")),
        ledger=[LedgerLine(date=issued, kind="C", amount=premium, balance=premium, text="ثبت بدهی")],
    )


def _receipt(payer: str, number: int, rng: Random) -> Receipt:
    period = ordinal(AS_OF) - 1 - number % 3
    amount = 10_000_000 + rng.randrange(500) * 10_000
    return Receipt(
        identifier=f"{700_000_000_000 + number:012}",
        payer=payer,
        amount=amount,
        due=amount,
        state="CONFIRMED",
        kind="VOLUNTARY",
        period=period,
        rrn=f"{640_000_000_000 + number:012}",
        trace=f"{100_000 + number % 900_000:06}",
        terminal=f"{1_000_000 + number:08}",
        channel="INTERNET",
        paid_on=_some_day(period, rng),
        paid_time=f"{rng.randrange(24):02}{rng.randrange(60):02}{rng.randrange(60):02}",
        confirmed_ms=EPOCH_MS + number * 1_000 + rng.randrange(20) * DAY_MS,
    )


def _case(person: str, number: int, rng: Random) -> Case:
    month = ordinal(AS_OF) - rng.randint(2, 9)
    return Case(
        tracking=f"UB-1405-{5_000_000 + number:07}",
        person=person,
        stage=rng.choice(("REFERRED_TO_SSO", "APPROVED", "EXHAUSTED")),
        approval="GRANTED",
        registered=_some_day(month, rng),
        referred=_some_day(month + 1, rng),
        job_loss=_some_day(month - 1, rng),
        married=True,
        dependants=len(DEPENDANTS[0]),
        paid_months=rng.randrange(12),
    )


def _some_day(month: int, rng: Random) -> Date:
    year, month_number, _ = first_of(month)
    return (year, month_number, 1 + rng.randrange(28))
