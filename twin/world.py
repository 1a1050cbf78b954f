"""The facts of the synthetic country, before any system writes them down in its own way.

Built once from (seed, people), then kept. Dates are Jalali (year, month, day) with 0 for what nobody knows; months are
ordinals, year * 12 + month - 1; amounts are rial.
"""

from __future__ import annotations

import enum

import msgspec

AS_OF = (1405, 8, 1)  # every world is as of this day: nothing depends on the day it is run
BRANCHES = ("0070", "0960", "1210", "1530", "2450")

Date = tuple[int, int, int]


class Kind(enum.IntEnum):
    """Insurance kinds, numbered as the branches do."""

    COMPULSORY = 0
    VOLUNTARY = 1
    SELF_EMPLOYED = 2
    STUDENT = 3
    HOUSEWIFE = 4
    UNEMPLOYED = 5


class Person(msgspec.Struct, kw_only=True):
    code: str
    first_name: str
    last_name: str
    father_name: str
    female: bool
    birth: Date
    death: Date | None = None
    father: str | None = None
    mother: str | None = None
    spouse: str | None = None
    married_on: Date | None = None
    shenasname_no: int = 0
    shenasname_series: str = ""
    shenasname_serial: int = 0
    issue_place: str = ""
    office_code: int = 0
    withheld: str | None = None  # a registry message key instead of the record: result.rec.invisible for Leila


class Workshop(msgspec.Struct, kw_only=True):
    code: str
    branch: str
    name: str
    employer_name: str
    employer: str | None  # national code; None for a legal person
    address: str
    active: bool = True


class Spell(msgspec.Struct, kw_only=True):
    """A run of monthly contribution rows of one person at one workshop (none for special insurances)."""

    person: str
    branch: str
    workshop: str | None
    kind: Kind
    since: int  # month ordinals, both included
    until: int
    daily_wage: int  # rial, in the first month; grows by the year
    job: str
    duplicated_in: str | None = None  # the same rows again in this branch (may be its own)


class Membership(msgspec.Struct, kw_only=True):
    """A branch's file of a person."""

    person: str
    branch: str
    insurance_no: str
    kind: Kind
    status: str  # A active, I inactive, P pensioner
    workshop: str | None
    since: Date


class Bail(msgspec.Struct, kw_only=True):
    supporter: str
    person: str
    branch: str
    relation: str  # 01 wife … 06 mother
    since: Date
    until: Date | None
    covered: bool


class Pension(msgspec.Struct, kw_only=True):
    number: str
    person: str
    branch: str
    kind: str  # R, D, S
    status: str  # A, S, E
    base: Date
    end: Date | None
    amount: int
    paid_on: Date | None


class LedgerLine(msgspec.Struct, kw_only=True):
    date: Date
    kind: str  # C, P, V, A
    amount: int
    balance: int
    text: str


class Order(msgspec.Struct, kw_only=True):
    number: str
    kind: str  # 01 … 04
    issued: Date
    served: Date | None
    amount: int


class Debt(msgspec.Struct, kw_only=True):
    number: str
    branch: str
    workshop: str | None
    debtor: str | None
    reason: str
    since: int
    until: int
    issued: Date
    served: Date | None
    ruled: Date | None = None  # by the first-instance board
    premium: int
    unemployment: int
    other: int
    remain: int
    step: str  # 01 … 05
    ledger: list[LedgerLine] = []
    orders: list[Order] = []


class Receipt(msgspec.Struct, kw_only=True):
    """A row of the bank's books; a payment confirmed twice has two."""

    identifier: str
    payer: str
    amount: int
    due: int | None
    state: str
    kind: str | None
    period: int  # month ordinal; 0 for none
    rrn: str
    trace: str
    terminal: str
    channel: str
    paid_on: Date | None
    paid_time: str
    confirmed_ms: int | None


class Case(msgspec.Struct, kw_only=True):
    """A row of the ministry's list."""

    tracking: str
    person: str
    stage: str
    approval: str
    registered: Date
    referred: Date | None
    job_loss: Date | None
    married: bool
    dependants: int
    paid_months: int


class World(msgspec.Struct, kw_only=True):
    seed: int
    people: dict[str, Person]  # by national code
    workshops: list[Workshop]
    memberships: list[Membership]
    spells: list[Spell]
    bails: list[Bail]
    pensions: list[Pension]
    debts: list[Debt]
    receipts: list[Receipt]
    cases: list[Case]
    plain_marriages: list[str] = []  # husbands whose marriage is first, permanent, official and registered that day
    brides: dict[
        str, tuple[str, Date]
    ] = {}  # daughters who have married: whom and when; their branches do not know yet
