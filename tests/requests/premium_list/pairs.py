"""Pairs of DSKKAR00 and DSKWOR00 for tests: a good one, and whatever a test changes in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode, WorkshopCode, WorkshopKey
from gateway.domain.premium_list import ListFault
from gateway.requests.premium_list.checking import Checked, checked
from gateway.requests.premium_list.settings import PremiumListSettings
from twin.branches.code_pages import CodePage as WrittenPage
from twin.dbf import Column
from twin.premium_list_files import (
    HEADER,
    WORKERS,
    Fields,
    Place,
    Worker,
    header_file,
    header_row,
    worker_row,
    workers_file,
)

WORKSHOP = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))
PLACE = Place(
    workshop="0070012345",
    name="نساجی کاوه",
    employer="کاوه آهنگر",
    address="تهران، خیابان آزادی",
    year=1402,
    month=12,
    number="01",
)
WORKER_ONE = Worker(
    national_code="0013542419",
    insurance_number="00123456",
    first_name="سارا",
    last_name="احمدی پور",
    father_name="رضا",
    female=True,
    birth="13650412",
    shenasname_no="128",
    issue_place="تهران",
    occupation="ریسنده",
    days=29,
    daily=3_000_000,
    benefits=1_000_000,
)
WORKER_TWO = Worker(
    national_code="1278450939",
    insurance_number="87654321",
    first_name="گلچهره",
    last_name="پژمان",
    father_name="ژاله",
    female=False,
    birth="13700229",
    shenasname_no="0",
    issue_place="شیراز",
    occupation="انباردار",
    days=12,
    daily=2_500_003,
    benefits=0,
)


@dataclass
class Pair:
    """`workers` and `header` may be changed before `check`; what the header sums up is not made anew."""

    page: WrittenPage = WrittenPage.CP1256
    place: Place = PLACE
    workers: list[Fields] = field(default_factory=list)
    header: Fields = field(default_factory=dict)
    headers: int = 1
    header_columns: Sequence[Column] = HEADER
    workers_columns: Sequence[Column] = WORKERS

    @property
    def header_bytes(self) -> bytes:
        return header_file([self.header] * self.headers, self.page, self.header_columns)

    @property
    def workers_bytes(self) -> bytes:
        return workers_file(self.workers, self.page, self.workers_columns)

    def check(
        self,
        place: WorkshopKey = WORKSHOP,
        settings: PremiumListSettings | None = None,
        declared: CodePage | None = None,
    ) -> Checked:
        settings = settings or PremiumListSettings()
        return checked(self.header_bytes, self.workers_bytes, place, settings, declared)

    def faults(self, **given: Any) -> list[tuple[str, str, int | None, str | None]]:
        """Rule, file, row and column of each."""
        return [told(fault) for fault in self.check(**given).faults]


def good_pair(page: WrittenPage = WrittenPage.CP1256, *workers: Worker, place: Place = PLACE) -> Pair:
    rows = [worker_row(worker, place) for worker in workers or (WORKER_ONE, WORKER_TWO)]
    return Pair(page=page, place=place, workers=rows, header=header_row(place, rows))


def told(fault: ListFault) -> tuple[str, str, int | None, str | None]:
    return fault.rule, fault.file.value, fault.row, fault.column


def summed_again(pair: Pair) -> Pair:
    """After a change of the workers: the header is right about them."""
    pair.header |= {k: v for k, v in header_row(pair.place, pair.workers).items() if k.startswith("DSK_")}
    return pair


def with_kinds(columns: Sequence[Column], change: Callable[[Column], Column]) -> tuple[Column, ...]:
    return tuple(map(change, columns))
