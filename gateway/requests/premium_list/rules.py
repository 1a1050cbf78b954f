"""The cross-checks of a premium list (domain.md 2.3, service 15): pure, over rows that were read.

A value that could not be read breaks no further rule: it was told already. Where a worker's value is missing, the sum
that it belongs to is not judged.

Shares are of the insurable total: 7 % by the insured, 20 % by the employer, 3 % unemployment premium, by the employer
too (domain.md 2.8, Art. 28). Programs round as they like: the tolerance is `Terms.tolerance`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import Identifier, InsuranceNumber, NationalId, WorkshopCode
from gateway.domain.premium_list import PremiumListFile
from gateway.requests.premium_list.findings import Findings
from gateway.requests.premium_list.reading import Row
from gateway.requests.premium_list.values import full_year

INSURED, EMPLOYER, UNEMPLOYMENT = 7, 20, 3  # per cent
SUMS = {  # of the header, over a column of the workers
    "DSK_TDD": "DSW_DD",
    "DSK_TROOZ": "DSW_ROOZ",
    "DSK_TMAH": "DSW_MAH",
    "DSK_TMAZ": "DSW_MAZ",
    "DSK_TMASH": "DSW_MASH",
    "DSK_TTOTL": "DSW_TOTL",
    "DSK_TBIME": "DSW_BIME",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`tolerance`: rial by which a share may be off, a row. `year_pivot`: two-digit years up to it are 14xx."""

    tolerance: int
    year_pivot: int


def check_header(header: Row, workshop: WorkshopCode, workers: Sequence[Row], terms: Terms, findings: Findings) -> None:
    """`workshop` is whose list it is to be. Raises Enough."""
    for rule, column, found, needed in _of_header(header, workshop, workers, terms):
        findings.note(rule, PremiumListFile.HEADER, row=header.number, column=column, found=found, needed=needed)


def check_workers(header: Row, workers: Sequence[Row], terms: Terms, findings: Findings) -> None:
    """Raises Enough."""
    month = month_of(header, "DSK", terms)
    seen: dict[Identifier, int] = {}
    for row in workers:
        for rule, column, found, needed in _of_worker(header, row, month, terms, seen):
            findings.note(rule, PremiumListFile.WORKERS, row=row.number, column=column, found=found, needed=needed)


def month_of(row: Row, prefix: str, terms: Terms) -> YearMonth | None:
    """None where there is no such month, or one of its columns could not be read."""
    year, month = row.get(f"{prefix}_YY", int), row.get(f"{prefix}_MM", int)
    full = None if year is None else full_year(year, terms.year_pivot)
    return YearMonth(full, month) if full is not None and month is not None and 1 <= month <= 12 else None


_Fault = tuple[str, str, str | None, str]
"""Rule, column, what was found, what is needed."""


def _of_header(header: Row, workshop: WorkshopCode, workers: Sequence[Row], terms: Terms) -> Iterator[_Fault]:
    said = header.get("DSK_ID", WorkshopCode)
    if said is not None and said != workshop:
        yield "list.of-the-workshop", "DSK_ID", said.digits, workshop.digits
    if kind := header.get("DSK_KIND", int):
        yield "header.kind-is-zero", "DSK_KIND", str(kind), "0"
    if month_of(header, "DSK", terms) is None and _read(header, "DSK_YY", "DSK_MM"):
        yield "list.month", "DSK_MM", f"{header.values['DSK_YY']}/{header.values['DSK_MM']}", "00 to 99 / 1 to 12"
    counted = header.get("DSK_NUM", int)
    if counted is not None and counted != len(workers):
        yield "list.workers-counted", "DSK_NUM", str(counted), str(len(workers))
    for total, column in SUMS.items():
        told, summed = header.get(total, int), _sum(workers, column)
        if told is not None and summed is not None and told != summed:
            yield "list.sum", total, str(told), str(summed)
    yield from _insurable(header, "DSK_TMASH", "DSK_TMAH", "DSK_TMAZ", personal=False)
    for column, percent in (("DSK_TBIME", INSURED), ("DSK_TKOSO", EMPLOYER), ("DSK_BIC", UNEMPLOYMENT)):
        tolerance = terms.tolerance * max(1, len(workers))
        yield from _share(header, column, percent, "DSK_TMASH", tolerance, personal=False)


def _of_worker(
    header: Row, row: Row, month: YearMonth | None, terms: Terms, seen: dict[Identifier, int]
) -> Iterator[_Fault]:
    yield from _pair(header, row, terms)
    days = row.get("DSW_DD", int)
    if days is not None and month is not None and days > month.length:
        yield "worker.days-of-month", "DSW_DD", str(days), f"0 to {month.length}"
    yield from _insurable(row, "DSW_MASH", "DSW_MAH", "DSW_MAZ", personal=True)
    yield from _share(row, "DSW_BIME", INSURED, "DSW_MASH", terms.tolerance, personal=True)
    for column, kind in (("PER_NATCOD", NationalId), ("DSW_ID1", InsuranceNumber)):
        who = row.get(column, kind)
        if who is not None and seen.setdefault(who, row.number) != row.number:
            yield "worker.once", column, f"also in row {seen[who]}", "each person once"


def _pair(header: Row, row: Row, terms: Terms) -> Iterator[_Fault]:
    """Workshop, month and number of the list are the same in both files."""
    workshops = header.get("DSK_ID", WorkshopCode), row.get("DSW_ID", WorkshopCode)
    if None not in workshops and workshops[0] != workshops[1]:
        yield "pair.same-workshop", "DSW_ID", str(workshops[1]), str(workshops[0])
    month, own = month_of(header, "DSK", terms), month_of(row, "DSW", terms)
    if own is None and _read(row, "DSW_YY", "DSW_MM"):
        yield "list.month", "DSW_MM", f"{row.values['DSW_YY']}/{row.values['DSW_MM']}", "00 to 99 / 1 to 12"
    elif None not in (month, own) and month != own:
        yield "pair.same-month", "DSW_MM", str(own), str(month)
    numbers = header.get("DSK_LISTNO", str), row.get("DSW_LISTNO", str)  # a list may have none
    if _read(header, "DSK_LISTNO") and _read(row, "DSW_LISTNO") and numbers[0] != numbers[1]:
        yield "pair.same-number", "DSW_LISTNO", numbers[1] or "nothing", numbers[0] or "nothing"


def _insurable(row: Row, total: str, wage: str, benefits: str, *, personal: bool) -> Iterator[_Fault]:
    told, monthly, further = row.get(total, int), row.get(wage, int), row.get(benefits, int)
    if told is None or monthly is None or further is None or told == monthly + further:
        return
    needed = f"{wage} + {benefits}"
    yield "list.insurable-adds-up", total, _off(told - monthly - further) if personal else str(told), needed


def _share(row: Row, column: str, percent: int, base: str, tolerance: int, *, personal: bool) -> Iterator[_Fault]:
    told, whole = row.get(column, int), row.get(base, int)
    if told is None or whole is None or abs(told * 100 - whole * percent) <= tolerance * 100:
        return
    needed = f"{percent} % of {base}, give or take {tolerance} rial"
    yield "list.share", column, _off(told - whole * percent // 100) if personal else str(told), needed


def _off(rial: int) -> str:
    return f"{abs(rial)} rial too {'much' if rial > 0 else 'little'}"


def _sum(workers: Sequence[Row], column: str) -> int | None:
    values = [row.get(column, int) for row in workers]
    return None if None in values else sum(value for value in values if value is not None)


def _read(row: Row, *columns: str) -> bool:
    return all(column in row.values for column in columns)
