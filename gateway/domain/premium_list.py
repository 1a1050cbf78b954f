"""An employer's premium list of a month (لیست حق بیمه): the pair DSKKAR00 and DSKWOR00 (domain.md 2.3, service 15)."""

import datetime
import enum
from typing import Protocol

import msgspec

from gateway.domain.access import Wording
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId, WorkshopKey
from gateway.domain.money import Rial


class PremiumListFile(enum.Enum):
    """Which file of the pair."""

    HEADER = "HEADER"
    WORKERS = "WORKERS"


class ListFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong. `row` counts records from 1, as they stand in the file; None: the file as a whole.

    `found` never repeats what a record says of a person; None where that is all there would be to say.
    """

    file: PremiumListFile
    row: int | None
    column: str | None
    rule: str
    found: str | None
    needed: str
    words: Wording


class ListSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of one worker or of all: days, and rial. `insurable` is `monthly` + `benefits`; `gross` has what is not insured,
    too; `insured_share` is what the insured pay of it."""

    days: int
    daily: Rial
    monthly: Rial
    benefits: Rial
    insurable: Rial
    gross: Rial
    insured_share: Rial


class ListWorker(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list. What the file does not say is None."""

    national_id: NationalId
    insurance_number: InsuranceNumber
    first_name: str | None
    last_name: str | None
    father_name: str | None = None
    shenasname_number: str | None = None
    issue_place: str | None = None
    issued: Day | None = None
    birth: Day | None = None
    sex: str | None = None
    nationality: str | None = None
    occupation: str | None = None
    began: Day | None = None
    left: Day | None = None
    sums: ListSums
    rate: int = 0
    job: str | None = None


class PremiumList(msgspec.Struct, frozen=True, kw_only=True):
    """`employer_share` and `unemployment` (rial) stand in the header alone, as do `hazardous`, the premium for hard
    and hazardous work, and `rate` (20 or 30: exporters write either). `contract_row` is MON_PYM."""

    workshop: WorkshopKey
    month: YearMonth
    number: str
    workshop_name: str | None = None
    employer_name: str | None = None
    address: str | None = None
    description: str | None = None
    contract_row: str | None = None
    sums: ListSums
    employer_share: Rial
    unemployment: Rial
    rate: int = 0
    hazardous: Rial
    workers: tuple[ListWorker, ...]


class ListSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A list without its workers: nothing in it is about one person."""

    workshop: WorkshopKey
    month: YearMonth
    number: str
    contract_row: str | None
    workers: int
    sums: ListSums
    employer_share: Rial
    unemployment: Rial

    @classmethod
    def of(cls, premium_list: PremiumList) -> "ListSummary":
        return cls(
            workshop=premium_list.workshop,
            month=premium_list.month,
            number=premium_list.number,
            contract_row=premium_list.contract_row,
            workers=len(premium_list.workers),
            sums=premium_list.sums,
            employer_share=premium_list.employer_share,
            unemployment=premium_list.unemployment,
        )


class IntakeAnswer(enum.Enum):
    """What a branch says of a list: it is in its books, or it does not take it and why."""

    RECORDED = "RECORDED"
    UNKNOWN_WORKSHOP = "UNKNOWN_WORKSHOP"
    ALREADY_LISTED = "ALREADY_LISTED"


class IntakeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """`number` and `at` are the branch's; None where it did not record the list."""

    answer: IntakeAnswer
    number: str | None = None
    at: datetime.datetime | None = None


class PremiumListState(enum.Enum):
    """ACCEPTED: on its way to the branch. RECORDED and REFUSED are the branch's word, and the end."""

    ACCEPTED = "ACCEPTED"
    RECORDED = "RECORDED"
    REFUSED = "REFUSED"


class ListSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was accepted here. `id` is the reference under which the branch takes it once; `submitter` is the
    person behind the employer's token; `answer` is the branch's, None before it came."""

    id: str
    submitter: NationalId
    summary: ListSummary
    tracking_code: str
    accepted_at: datetime.datetime
    receipt: str
    answer: IntakeReceipt | None = None
    answered_at: datetime.datetime | None = None

    @property
    def state(self) -> PremiumListState:
        if self.answer is None:
            return PremiumListState.ACCEPTED
        is_recorded = self.answer.answer is IntakeAnswer.RECORDED
        return PremiumListState.RECORDED if is_recorded else PremiumListState.REFUSED


class ListIntake(Protocol):
    """Where branches take lists. `reference` is ours: a branch that is handed it twice has the list once.

    Raises SourceFailure where the branch cannot be told; nothing is known then of whether it has recorded it.
    """

    def takes(self, branch: BranchCode) -> bool:
        """Whether lists can be posted to this branch at all; asks nobody."""
        ...

    async def deliver(self, reference: str, tracking_code: str, premium_list: PremiumList) -> IntakeReceipt: ...
