"""The clerk who enters a list that an employer handed in: real rows in the branch's tables, in whichever server.

The reference of a list stands in the same transaction as its rows, so a list that comes twice is entered once, also
after the twin was reset or started anew.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from twin.branches import tables
from twin.branches.manners import MANNERS, Manner
from twin.world import BRANCHES


class Sums(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    days: int
    daily: int
    monthly: int
    benefits: int
    insurable: int
    gross: int
    insured_share: int


class HandedWorker(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Dates are yyyymmdd with zeros for what is not known, "" for none."""

    national_code: str
    insurance_no: str
    first_name: str
    last_name: str
    father_name: str
    shenasname_no: str
    issue_place: str
    issue_date: str
    birth_date: str
    sex: str
    nationality: str
    occupation: str
    start_date: str
    end_date: str
    rate: int
    job: str
    sums: Sums


class HandedList(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`year` has four digits."""

    workshop_code: str
    year: int
    month: int
    list_no: str
    contract_row: str
    workshop_name: str
    employer_name: str
    address: str
    description: str
    sums: Sums
    employer_share: int
    unemployment: int
    rate: int
    hazardous: int
    workers: list[HandedWorker]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the branch says: RECORDED with its own number and the moment (Unix seconds), or why it does not enter it."""

    result: str
    number: str = ""
    at: float = 0.0


class Clerk:
    """`urls` by branch, and of the directory: with accounts that may write, past any door."""

    def __init__(self, urls: dict[str, str | sa.URL]) -> None:
        self._urls = urls
        self._tables = {code: tables.branch(code).tables for code in BRANCHES}
        self._directory = tables.directory().tables["insured_branch"]
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # one writer a database

    async def enter(self, branch: str, reference: str, tracking_code: str, handed: HandedList, now: float) -> Entry:
        """Once for each reference. The directory learns of workers whom the branch did not know."""
        async with self._turns[branch], self._connected(branch) as connection:
            entry = await self._entered(connection, branch, reference, tracking_code, handed, now)
        if entry.result == "RECORDED":
            async with self._turns["directory"], self._connected("directory") as connection:
                await self._known_here(connection, branch, {worker.national_code for worker in handed.workers})
        return entry

    async def entries(self, branch: str) -> list[dict[str, Any]]:
        """What was entered, oldest first; persons stay out."""
        intake = self._tables[branch]["list_intake"]
        async with self._connected(branch) as connection:
            rows = await connection.execute(sa.select(intake).order_by(intake.c.number))
            return [
                {
                    "reference": row.reference.strip(),
                    "trackingCode": row.tracking_code.strip(),
                    "number": row.number.strip(),
                    "workshop": row.dsk_id.strip(),
                    "workers": int(row.workers),
                }
                for row in rows
            ]

    async def _entered(
        self,
        connection: AsyncConnection,
        branch: str,
        reference: str,
        tracking_code: str,
        handed: HandedList,
        now: float,
    ) -> Entry:
        intake, lists = self._tables[branch]["list_intake"], self._tables[branch]["dskkar00"]
        rows, workshops = self._tables[branch]["dskwor00"], self._tables[branch]["workshop"]
        known = (await connection.execute(sa.select(intake).where(intake.c.reference == reference))).first()
        if known is not None:
            return Entry("RECORDED", known.number.strip(), known.at / 1_000)
        place = sa.select(workshops.c.wshid).where(workshops.c.wshid == handed.workshop_code)
        if (await connection.execute(place)).first() is None:
            return Entry("UNKNOWN_WORKSHOP")
        same = sa.select(lists.c.mon_pym).where(
            lists.c.dsk_id == handed.workshop_code,
            lists.c.dsk_yy == handed.year % 100,
            lists.c.dsk_mm == handed.month,
            lists.c.dsk_listno == f"{handed.list_no:<12}",
        )
        rows_of_contracts = {(row.mon_pym or "").strip().lstrip("0") for row in await connection.execute(same)}
        if handed.contract_row.strip().lstrip("0") in rows_of_contracts:
            return Entry("ALREADY_LISTED")
        manner = MANNERS[branch]
        last = (await connection.execute(sa.select(sa.func.max(rows.c.rec_id)))).scalar_one() or 0
        count: int = (await connection.execute(sa.select(sa.func.count()).select_from(intake))).scalar_one()
        number = f"{branch}-{count + 1:06}"
        await connection.execute(sa.insert(lists), [_list_row(handed, manner, lists)])
        workers = [_worker_row(w, handed, manner, rows, last + 1 + n) for n, w in enumerate(handed.workers)]
        if workers:
            await connection.execute(sa.insert(rows), workers)
        booked: dict[str, Any] = {
            "reference": reference,
            "tracking_code": f"{tracking_code:<12}",
            "dsk_id": handed.workshop_code,
        }
        booked |= {"number": f"{number:<16}", "workers": len(workers), "at": int(now * 1_000)}
        await connection.execute(sa.insert(intake), [booked])
        return Entry("RECORDED", number, now)

    async def _known_here(self, connection: AsyncConnection, branch: str, persons: set[str]) -> None:
        table = self._directory
        chosen = sa.select(table.c.natcod).where(table.c.brcode == branch, table.c.natcod.in_(sorted(persons)))
        new = sorted(persons - {row.natcod.strip() for row in await connection.execute(chosen)})
        last = (await connection.execute(sa.select(sa.func.max(table.c.seq)))).scalar_one() or 0
        if new:
            rows = [{"natcod": code, "brcode": branch, "seq": last + n} for n, code in enumerate(new, start=1)]
            await connection.execute(sa.insert(table), rows)

    @asynccontextmanager
    async def _connected(self, name: str) -> AsyncIterator[AsyncConnection]:
        engine = create_async_engine(self._urls[name], poolclass=NullPool)
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()


def clerk_at(url: Callable[[str], str | sa.URL]) -> Clerk:
    """`url` is that of `directory`, or of a branch by its code."""
    return Clerk({name: url(name) for name in ("directory", *BRANCHES)})


def _list_row(handed: HandedList, manner: Manner, table: sa.Table) -> dict[str, Any]:
    sums = handed.sums
    return _filled(
        table,
        dsk_id=handed.workshop_code,
        dsk_name=manner.text(handed.workshop_name, 30, 0),
        dsk_farm=manner.text(handed.employer_name, 30, 0),
        dsk_adrs=manner.text(handed.address, 40, 0),
        dsk_yy=handed.year % 100,
        dsk_mm=handed.month,
        dsk_listno=f"{handed.list_no:<12}",
        dsk_disc=manner.text(handed.description, 30, 0),
        dsk_num=len(handed.workers),
        dsk_tdd=sums.days,
        dsk_trooz=sums.daily,
        dsk_tmah=sums.monthly,
        dsk_tmaz=sums.benefits,
        dsk_tmash=sums.insurable,
        dsk_ttotl=sums.gross,
        dsk_tbime=sums.insured_share,
        dsk_tkoso=handed.employer_share,
        dsk_bic=handed.unemployment,
        dsk_rate=handed.rate,
        dsk_bimh=handed.hazardous,
        mon_pym=f"{handed.contract_row:<3}",
    )


def _worker_row(
    worker: HandedWorker, handed: HandedList, manner: Manner, table: sa.Table, record: int
) -> dict[str, Any]:
    text, sums = manner.text, worker.sums
    return _filled(
        table,
        rec_id=record,
        dsw_id=handed.workshop_code,
        dsw_yy=handed.year % 100,
        dsw_mm=handed.month,
        dsw_listno=f"{handed.list_no:<12}",
        dsw_id1=manner.insurance_number(worker.insurance_no),
        dsw_fname=text(worker.first_name, 60, record),
        dsw_lname=text(worker.last_name, 60, record),
        dsw_dname=text(worker.father_name, 60, record),
        dsw_idno=f"{worker.shenasname_no[:15]:<15}",
        dsw_idplc=text(worker.issue_place, 30, record),
        dsw_idate=f"{worker.issue_date:<8}",
        dsw_bdate=f"{worker.birth_date:<8}",
        dsw_sex=text(worker.sex, 3, record),
        dsw_nat=text(worker.nationality, 10, record),
        dsw_ocp=text(worker.occupation, 50, record),
        dsw_sdate=f"{worker.start_date:<8}",
        dsw_edate=f"{worker.end_date:<8}",
        dsw_dd=sums.days,
        dsw_rooz=sums.daily,
        dsw_mah=sums.monthly,
        dsw_maz=sums.benefits,
        dsw_mash=sums.insurable,
        dsw_totl=sums.gross,
        dsw_bime=sums.insured_share,
        dsw_prate=worker.rate,
        dsw_job=f"{worker.job[:6]:<6}",
        per_natcod=manner.national_code(worker.national_code),
    )


def _filled(table: sa.Table, **values: Any) -> dict[str, Any]:
    """With 0 in the columns that a list says nothing about."""
    return {column.name: values.get(column.name, 0) for column in table.columns}
