"""Turns premium lists into what a branch takes, and its answer into a receipt. Knows nothing of HTTP."""

import datetime

from adapters.branch_intake.wire import Answer, Handing, ListOnTheWire, SumsOnTheWire, WorkerOnTheWire
from gateway.domain.calendar import Day
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable
from gateway.domain.identifiers import BranchCode
from gateway.domain.premium_list import IntakeAnswer, IntakeReceipt, ListSums, ListWorker, PremiumList

INTAKE = Source.BRANCH_INTAKE
LONGEST_NUMBER = 40
REFUSALS = {answer.value: answer for answer in IntakeAnswer if answer is not IntakeAnswer.RECORDED}


def handing_from(reference: str, tracking_code: str, said: PremiumList) -> Handing:
    return Handing(
        reference=reference,
        tracking_code=tracking_code,
        premium_list=ListOnTheWire(
            workshop_code=said.workshop.code.digits,
            year=said.month.year,
            month=said.month.month,
            list_no=said.number,
            contract_row=said.contract_row or "",
            workshop_name=said.workshop_name or "",
            employer_name=said.employer_name or "",
            address=said.address or "",
            description=said.description or "",
            sums=_sums(said.sums),
            employer_share=said.employer_share,
            unemployment=said.unemployment,
            rate=said.rate,
            hazardous=said.hazardous,
            workers=[_worker(worker) for worker in said.workers],
        ),
    )


def receipt_from(said: Answer, reference: str, branch: BranchCode) -> IntakeReceipt:
    """Raises SourceUnavailable for a branch that is busy, SourceIncoherent for what no branch can say."""
    if said.result == "BUSY":
        raise SourceUnavailable(INTAKE, "BUSY", branch=branch)
    if said.reference != reference:
        raise SourceIncoherent(INTAKE, "the receipt of another list", branch=branch)
    if said.result in REFUSALS:
        return IntakeReceipt(answer=REFUSALS[said.result])
    number = (said.number or "").strip()
    if said.result != IntakeAnswer.RECORDED.value or not number or len(number) > LONGEST_NUMBER:
        raise SourceIncoherent(INTAKE, "a receipt that makes no sense", branch=branch)
    return IntakeReceipt(answer=IntakeAnswer.RECORDED, number=number, at=_moment(said.recorded_at, branch))


def _worker(worker: ListWorker) -> WorkerOnTheWire:
    return WorkerOnTheWire(
        national_code=worker.national_id.digits,
        insurance_no=worker.insurance_number.digits,
        first_name=worker.first_name or "",
        last_name=worker.last_name or "",
        father_name=worker.father_name or "",
        shenasname_no=worker.shenasname_number or "",
        issue_place=worker.issue_place or "",
        issue_date=_packed(worker.issued),
        birth_date=_packed(worker.birth),
        sex=worker.sex or "",
        nationality=worker.nationality or "",
        occupation=worker.occupation or "",
        start_date=_packed(worker.began),
        end_date=_packed(worker.left),
        rate=worker.rate,
        job=worker.job or "",
        sums=_sums(worker.sums),
    )


def _sums(sums: ListSums) -> SumsOnTheWire:
    return SumsOnTheWire(
        days=sums.days,
        daily=sums.daily,
        monthly=sums.monthly,
        benefits=sums.benefits,
        insurable=sums.insurable,
        gross=sums.gross,
        insured_share=sums.insured_share,
    )


def _packed(day: Day | None) -> str:
    """yyyymmdd, zeros for what is not known."""
    return "" if day is None else f"{day.year:04}{day.month or 0:02}{day.day or 0:02}"


def _moment(milliseconds: int | None, branch: BranchCode) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp((milliseconds or 0) / 1_000, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise SourceIncoherent(INTAKE, "a moment out of all reason", branch=branch) from None
