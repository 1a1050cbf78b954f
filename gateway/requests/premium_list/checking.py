"""Checks a pair of files: all that is wrong, and the list that it is where nothing is."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import InsuranceNumber, NationalId, WorkshopKey
from gateway.domain.money import Rial
from gateway.domain.premium_list import ListFault, ListSums, ListWorker, PremiumList, PremiumListFile
from gateway.requests.premium_list.findings import Enough, Findings
from gateway.requests.premium_list.reading import Row, Sheet, sheet_from
from gateway.requests.premium_list.rules import Terms, check_header, check_workers, month_of
from gateway.requests.premium_list.settings import PremiumListSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`premium_list` is None where there are faults. `complete`: whether these are all. Pages are those of the texts,
    None of a file that could not be read."""

    premium_list: PremiumList | None
    faults: tuple[ListFault, ...]
    complete: bool = True
    header_page: CodePage | None = None
    workers_page: CodePage | None = None


def checked(
    header: bytes, workers: bytes, place: WorkshopKey, settings: PremiumListSettings, declared: CodePage | None = None
) -> Checked:
    """`place` is the workshop whose list it is to be; `declared` the page that the employer says their program writes.

    Pure, and takes some 0.2 ms a row: call it off the event loop. Never raises for anything that the files hold.
    """
    findings = Findings(settings.most_faults)
    terms = Terms(tolerance=settings.tolerance, year_pivot=settings.year_pivot)
    sheets: dict[PremiumListFile, Sheet] = {}
    complete = True
    try:
        for file, content in ((PremiumListFile.HEADER, header), (PremiumListFile.WORKERS, workers)):
            sheet = sheet_from(
                content,
                file,
                declared,
                findings,
                most_records=settings.most_workers,
                year_pivot=settings.year_pivot,
            )
            if sheet is not None:
                sheets[file] = sheet
        _cross_check(sheets, place, terms, findings)
    except Enough:
        complete = False
    whole = complete and not findings.faults and len(sheets) == 2
    head = sheets.get(PremiumListFile.HEADER)
    rows = sheets.get(PremiumListFile.WORKERS)
    return Checked(
        premium_list=_list(head.rows[0], rows.rows, place, terms) if whole and head and rows else None,
        faults=tuple(findings.faults),
        complete=complete,
        header_page=head.page if head else None,
        workers_page=rows.page if rows else None,
    )


def _cross_check(sheets: dict[PremiumListFile, Sheet], place: WorkshopKey, terms: Terms, findings: Findings) -> None:
    header, workers = sheets.get(PremiumListFile.HEADER), sheets.get(PremiumListFile.WORKERS)
    if header is None:
        return
    if len(header.rows) != 1:
        findings.note(
            "header.one-record",
            PremiumListFile.HEADER,
            row=None,
            column=None,
            found=f"{len(header.rows)} records",
            needed="one record",
        )
        return
    if workers is not None:
        check_header(header.rows[0], place.code, workers.rows, terms, findings)
        check_workers(header.rows[0], workers.rows, terms, findings)


def _list(header: Row, workers: Sequence[Row], place: WorkshopKey, terms: Terms) -> PremiumList:
    month = month_of(header, "DSK", terms)
    assert month is not None  # noqa: S101 - it broke no rule
    return PremiumList(
        workshop=place,
        month=month,
        number=header.get("DSK_LISTNO", str) or "",
        workshop_name=header.get("DSK_NAME", str),
        employer_name=header.get("DSK_FARM", str),
        address=header.get("DSK_ADRS", str),
        description=header.get("DSK_DISC", str),
        contract_row=header.get("MON_PYM", str),
        sums=_sums(header, "DSK_T{}", days="DSK_TDD", gross="DSK_TTOTL"),
        employer_share=_rial(header, "DSK_TKOSO"),
        unemployment=_rial(header, "DSK_BIC"),
        rate=header.get("DSK_RATE", int) or 0,
        hazardous=_rial(header, "DSK_BIMH"),
        workers=tuple([_worker(row) for row in workers]),
    )


def _worker(row: Row) -> ListWorker:
    person, number = row.get("PER_NATCOD", NationalId), row.get("DSW_ID1", InsuranceNumber)
    assert person is not None  # noqa: S101 - they broke no rule
    assert number is not None  # noqa: S101
    return ListWorker(
        national_id=person,
        insurance_number=number,
        first_name=row.get("DSW_FNAME", str),
        last_name=row.get("DSW_LNAME", str),
        father_name=row.get("DSW_DNAME", str),
        shenasname_number=row.get("DSW_IDNO", str),
        issue_place=row.get("DSW_IDPLC", str),
        issued=row.get("DSW_IDATE", Day),
        birth=row.get("DSW_BDATE", Day),
        sex=row.get("DSW_SEX", str),
        nationality=row.get("DSW_NAT", str),
        occupation=row.get("DSW_OCP", str),
        began=row.get("DSW_SDATE", Day),
        left=row.get("DSW_EDATE", Day),
        sums=_sums(row, "DSW_{}", days="DSW_DD", gross="DSW_TOTL"),
        rate=row.get("DSW_PRATE", int) or 0,
        job=row.get("DSW_JOB", str),
    )


def _sums(row: Row, column: str, *, days: str, gross: str) -> ListSums:
    return ListSums(
        days=row.get(days, int) or 0,
        daily=_rial(row, column.format("ROOZ")),
        monthly=_rial(row, column.format("MAH")),
        benefits=_rial(row, column.format("MAZ")),
        insurable=_rial(row, column.format("MASH")),
        gross=_rial(row, gross),
        insured_share=_rial(row, column.format("BIME")),
    )


def _rial(row: Row, column: str) -> Rial:
    return Rial(row.get(column, int) or 0)
