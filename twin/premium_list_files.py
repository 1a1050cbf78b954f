"""DSKKAR00 and DSKWOR00 as an employer's program writes them (domain.md 2.3): the columns of the official template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from twin.branches.code_pages import CodePage, cp1256, iran_system
from twin.dbf import CP1256_DRIVER, NO_DRIVER, Column, table

PAGES: Mapping[CodePage, Callable[[str], bytes]] = {CodePage.CP1256: cp1256, CodePage.IRAN_SYSTEM: iran_system}
Fields = dict[str, str | int]
"""What a record says, by column."""


def _columns(said: str) -> tuple[Column, ...]:
    return tuple(Column(name, form[0], int(form[1:])) for name, form in (entry.split(":") for entry in said.split()))


HEADER = _columns(
    "DSK_ID:C10 DSK_NAME:C30 DSK_FARM:C30 DSK_ADRS:C40 DSK_KIND:N1 DSK_YY:N2 DSK_MM:N2 DSK_LISTNO:C12 DSK_DISC:C30 "
    "DSK_NUM:N5 DSK_TDD:N6 DSK_TROOZ:N12 DSK_TMAH:N12 DSK_TMAZ:N12 DSK_TMASH:N12 DSK_TTOTL:N12 DSK_TBIME:N12 "
    "DSK_TKOSO:N12 DSK_BIC:N12 DSK_RATE:N5 DSK_PRATE:N2 DSK_BIMH:N12 MON_PYM:C3"
)
WORKERS = _columns(
    "DSW_ID:C10 DSW_YY:N2 DSW_MM:N2 DSW_LISTNO:C12 DSW_ID1:C8 DSW_FNAME:C60 DSW_LNAME:C60 DSW_DNAME:C60 DSW_IDNO:C15 "
    "DSW_IDPLC:C30 DSW_IDATE:C8 DSW_BDATE:C8 DSW_SEX:C3 DSW_NAT:C10 DSW_OCP:C50 DSW_SDATE:C8 DSW_EDATE:C8 DSW_DD:N2 "
    "DSW_ROOZ:N12 DSW_MAH:N12 DSW_MAZ:N12 DSW_MASH:N12 DSW_TOTL:N12 DSW_BIME:N12 DSW_PRATE:N2 DSW_JOB:C6 PER_NATCOD:C10"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Of which workshop, and which month. `year` has four digits."""

    workshop: str
    name: str
    employer: str
    address: str
    year: int
    month: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """`daily` is the daily wage and `benefits` those of the month, in rial; `birth` is yyyymmdd."""

    national_code: str
    insurance_number: str
    first_name: str
    last_name: str
    father_name: str
    female: bool
    birth: str
    shenasname_no: str
    issue_place: str
    occupation: str
    days: int
    daily: int
    benefits: int


def worker_row(worker: Worker, place: Place) -> Fields:
    monthly = worker.daily * worker.days
    insurable = monthly + worker.benefits
    return {
        "DSW_ID": place.workshop,
        "DSW_YY": place.year % 100,
        "DSW_MM": place.month,
        "DSW_LISTNO": place.number,
        "DSW_ID1": worker.insurance_number,
        "DSW_FNAME": worker.first_name,
        "DSW_LNAME": worker.last_name,
        "DSW_DNAME": worker.father_name,
        "DSW_IDNO": worker.shenasname_no,
        "DSW_IDPLC": worker.issue_place,
        "DSW_BDATE": worker.birth,
        "DSW_SEX": "زن" if worker.female else "مرد",
        "DSW_NAT": "ایرانی",
        "DSW_OCP": worker.occupation,
        "DSW_DD": worker.days,
        "DSW_ROOZ": worker.daily,
        "DSW_MAH": monthly,
        "DSW_MAZ": worker.benefits,
        "DSW_MASH": insurable,
        "DSW_TOTL": insurable,
        "DSW_BIME": _percent(insurable, 7),
        "DSW_PRATE": 0,
        "DSW_JOB": "",
        "PER_NATCOD": worker.national_code,
    }


def header_row(place: Place, workers: Sequence[Fields]) -> Fields:
    """With the sums of the workers' rows."""
    sums = {
        total: sum(int(row[column]) for row in workers)
        for total, column in {
            "DSK_TDD": "DSW_DD",
            "DSK_TROOZ": "DSW_ROOZ",
            "DSK_TMAH": "DSW_MAH",
            "DSK_TMAZ": "DSW_MAZ",
            "DSK_TMASH": "DSW_MASH",
            "DSK_TTOTL": "DSW_TOTL",
            "DSK_TBIME": "DSW_BIME",
        }.items()
    }
    return {
        "DSK_ID": place.workshop,
        "DSK_NAME": place.name,
        "DSK_FARM": place.employer,
        "DSK_ADRS": place.address,
        "DSK_KIND": 0,
        "DSK_YY": place.year % 100,
        "DSK_MM": place.month,
        "DSK_LISTNO": place.number,
        "DSK_DISC": "",
        "DSK_NUM": len(workers),
        **sums,
        "DSK_TKOSO": _percent(sums["DSK_TMASH"], 20),
        "DSK_BIC": _percent(sums["DSK_TMASH"], 3),
        "DSK_RATE": 30,
        "DSK_PRATE": 0,
        "DSK_BIMH": 0,
        "MON_PYM": "",
    }


def pair(place: Place, workers: Sequence[Worker], page: CodePage) -> tuple[bytes, bytes]:
    """DSKKAR00 and DSKWOR00."""
    rows = [worker_row(worker, place) for worker in workers]
    return header_file([header_row(place, rows)], page), workers_file(rows, page)


def header_file(rows: Sequence[Fields], page: CodePage, columns: Sequence[Column] = HEADER) -> bytes:
    return table(columns, written(rows, columns, page), CP1256_DRIVER if page is CodePage.CP1256 else NO_DRIVER)


def workers_file(rows: Sequence[Fields], page: CodePage, columns: Sequence[Column] = WORKERS) -> bytes:
    return table(columns, written(rows, columns, page), NO_DRIVER)


def written(rows: Sequence[Fields], columns: Sequence[Column], page: CodePage) -> list[dict[str, bytes]]:
    """Codes and numbers stay ASCII; texts are written on the page, cut to their column's width."""
    widths = {column.name: column.width for column in columns}
    return [
        {name: _bytes(value, widths[name], PAGES[page]) for name, value in row.items() if name in widths}
        for row in rows
    ]


def _bytes(value: str | int, width: int, page: Callable[[str], bytes]) -> bytes:
    said = str(value)
    if said.isascii():
        return said.encode()
    while len(page(said)) > width:
        said = said[:-1]
    return page(said.rstrip(" "))


def _percent(amount: int, percent: int) -> int:
    """To the nearest rial, a half up."""
    return (amount * percent + 50) // 100
