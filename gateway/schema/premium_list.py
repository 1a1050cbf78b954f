"""Premium lists (لیست حق بیمه): what is asked of the mutations about them, and what they answer."""

import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry import ID, Info

from gateway.domain import premium_list as domain
from gateway.domain.calendar import YearMonth
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode, WorkshopCode
from gateway.domain.money import Rial
from gateway.domain.premium_list import ListSummary, PremiumListFile, PremiumListState
from gateway.loading.context import RequestContext
from gateway.requests.premium_list import desk
from gateway.resolvers import premium_list
from gateway.schema.access import Wording
from gateway.schema.answer import answered_by
from gateway.schema.connection import Edge, PageInfo
from gateway.schema.directives import FINANCIAL, connection_of
from gateway.schema.enumeration import describe
from gateway.schema.request import IdempotencyKeyReused, InvalidInput, SystemBusy

describe(
    PremiumListFile,
    "Which file of the pair.",
    {"HEADER": "DSKKAR00, of the workshop.", "WORKERS": "DSKWOR00, one record a worker."},
)
describe(
    CodePage,
    "How the texts of a file are written.",
    {
        "CP1256": "Windows 1256.",
        "IRAN_SYSTEM": "Iran System, in visual order, of the DOS years.",
        "MIXED": "Nothing is said: as what is more plausible.",
    },
)
describe(
    PremiumListState,
    "How far a premium list has come.",
    {
        "ACCEPTED": "Recorded here, and on its way to the branch, also while that is down.",
        "RECORDED": "The branch has entered it: it shows in the workers' contribution records.",
        "REFUSED": "The branch has not taken it; `refusal` says why.",
    },
)


@strawberry.input(description="A pair of DSKKAR00 and DSKWOR00, uploaded before.")
class PremiumListInput:
    idempotency_key: str = strawberry.field(
        description="Chosen by the client, 1 to 200 characters. Sent again with the same input, it gives the same "
        "answer; a list that was corrected needs another. A check keeps nothing under it."
    )
    workshop: WorkshopCode = strawberry.field(description="The workshop whose list it is (کد کارگاه).")
    branch: BranchCode = strawberry.field(description="The code of its branch (کد شعبه).")
    header: ID = strawberry.field(description="DSKKAR00: the id that `POST /uploads` gave.")
    workers: ID = strawberry.field(description="DSKWOR00: the id that `POST /uploads` gave.")
    code_page: CodePage | None = strawberry.field(
        default=None,
        description="What the program writes, where that is known. It is believed only while the letters do not say "
        "otherwise.",
    )


@strawberry.type(description="What a premium list says of the workshop as a whole. Amounts in rial.")
class PremiumListSummary:
    workshop: WorkshopCode | None = answered_by(
        lambda root: root.workshop.code, description="The workshop's code (کد کارگاه)."
    )
    branch: BranchCode | None = answered_by(lambda root: root.workshop.branch, description="Its branch (کد شعبه).")
    month: YearMonth | None = strawberry.field(description="The Jalali month.", directives=FINANCIAL)
    number: str | None = strawberry.field(description="The list's number (شماره لیست).", directives=FINANCIAL)
    contract_row: str | None = strawberry.field(
        description="The contract row (ردیف پیمان); null for none.", directives=FINANCIAL
    )
    workers: int | None = strawberry.field(description="How many workers stand in it.", directives=FINANCIAL)
    days: int | None = answered_by(lambda root: root.sums.days, description="Their days.", directives=FINANCIAL)
    daily_wages: Rial | None = answered_by(
        lambda root: root.sums.daily, description="Their daily wages.", directives=FINANCIAL
    )
    monthly_wages: Rial | None = answered_by(
        lambda root: root.sums.monthly, description="Their monthly wages.", directives=FINANCIAL
    )
    benefits: Rial | None = answered_by(
        lambda root: root.sums.benefits, description="Their insurable benefits.", directives=FINANCIAL
    )
    insurable: Rial | None = answered_by(
        lambda root: root.sums.insurable, description="Monthly wages and benefits together.", directives=FINANCIAL
    )
    gross: Rial | None = answered_by(
        lambda root: root.sums.gross, description="All that was paid, also what is not insured.", directives=FINANCIAL
    )
    insured_share: Rial | None = answered_by(
        lambda root: root.sums.insured_share, description="The insured's share, about 7 %.", directives=FINANCIAL
    )
    employer_share: Rial | None = strawberry.field(
        description="The employer's share, about 20 %.", directives=FINANCIAL
    )
    unemployment: Rial | None = strawberry.field(
        description="The unemployment premium, about 3 %.", directives=FINANCIAL
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, ListSummary)


@strawberry.type(description="One thing that is wrong with a list. It repeats nothing that a record says of a person.")
class PremiumListFault:
    file: PremiumListFile | None = answered_by(lambda root: root[1].file, description="In which file.")
    row: int | None = answered_by(
        lambda root: root[1].row,
        description="In which record, counted from 1 as they stand in the file; null for the file as a whole.",
    )
    column: str | None = answered_by(lambda root: root[1].column, description="In which column; null for all of it.")
    rule: str | None = answered_by(
        lambda root: root[1].rule, description="The rule that is broken, such as `list.sum`."
    )
    found: str | None = answered_by(lambda root: root[1].found, description="What was found.", directives=FINANCIAL)
    needed: str | None = answered_by(
        lambda root: root[1].needed, description="What the rule needs.", directives=FINANCIAL
    )
    text: Wording | None = answered_by(
        lambda root: root[1].words, description="The fault in words.", directives=FINANCIAL
    )


@strawberry.type(description="A page of faults, in the order in which they were found.")
class PremiumListFaultConnection:
    edges: list[Edge[PremiumListFault]] = strawberry.field(description="The faults of this page with their cursors.")
    nodes: list[PremiumListFault] = strawberry.field(description="The faults of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands among them.")


@strawberry.type(description="As what the texts of the two files were read, whatever their headers say.")
class PremiumListCodePages:
    header: CodePage | None = answered_by(
        lambda root: root.found.header_page, description="DSKKAR00; null if it could not be read.", directives=FINANCIAL
    )
    workers: CodePage | None = answered_by(
        lambda root: root.found.workers_page,
        description="DSKWOR00; null if it could not be read.",
        directives=FINANCIAL,
    )


@strawberry.type(description="What the check of a list found. Nothing was recorded, and nothing sent to the branch.")
class PremiumListChecked:
    list: PremiumListSummary | None = answered_by(
        premium_list.summary_of, description="The list, if it is without faults."
    )
    faultless: bool | None = answered_by(
        lambda root: root.found.premium_list is not None,
        description="Whether it could be submitted as it is.",
        directives=FINANCIAL,
    )
    fault_count: int | None = answered_by(
        lambda root: len(root.found.faults), description="How many faults are told.", directives=FINANCIAL
    )
    complete: bool | None = answered_by(
        lambda root: root.found.complete,
        description="False where there are more faults than are told: correct these, and check again.",
    )
    code_pages: PremiumListCodePages | None = answered_by(lambda root: root, description="As what the texts were read.")
    faults: PremiumListFaultConnection | None = answered_by(
        premium_list.faults_of,
        description="What is wrong. For a further page, check the same files again with `after`.",
        directives=connection_of(),
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.CheckedList)


@strawberry.type(description="A list that was accepted here for the workshop's branch.")
class PremiumListSubmission:
    id: ID | None = answered_by(
        premium_list.submission_id, description="An opaque id, good for `premiumListSubmission`."
    )
    list: PremiumListSummary | None = answered_by(lambda root: root.summary, description="What was accepted.")
    state: PremiumListState | None = strawberry.field(description="How far it has come.", directives=FINANCIAL)
    text: Wording | None = answered_by(premium_list.text_of, description="The state in words.", directives=FINANCIAL)
    tracking_code: str | None = strawberry.field(
        description="The tracking code (کد رهگیری), twelve digits.", directives=FINANCIAL
    )
    accepted_at: datetime.datetime | None = strawberry.field(
        description="When it was accepted here.", directives=FINANCIAL
    )
    receipt: str | None = strawberry.field(
        description="A signed receipt (JWS), which proves without us what was handed in, and when.",
        directives=FINANCIAL,
    )
    branch_number: str | None = answered_by(
        premium_list.branch_number_of,
        description="The branch's own number of it; null before it has recorded the list.",
        directives=FINANCIAL,
    )
    answered_at: datetime.datetime | None = strawberry.field(
        description="When the branch's word came; null before.", directives=FINANCIAL
    )
    refusal: Wording | None = answered_by(
        premium_list.refusal_of, description="Why the branch has not taken it; null where it has.", directives=FINANCIAL
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, domain.ListSubmission)


@strawberry.type(description="The same list (workshop, month, number, contract row) was handed in before.")
class PremiumListStands:
    submission: PremiumListSubmission | None = strawberry.field(description="The list that stands.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.Stands)


ValidatePremiumListResult = Annotated[
    PremiumListChecked | InvalidInput | SystemBusy,
    strawberry.union("ValidatePremiumListResult", description="What was found, or why it was not looked at."),
]
SubmitPremiumListResult = Annotated[
    PremiumListSubmission | PremiumListChecked | PremiumListStands | InvalidInput | IdempotencyKeyReused | SystemBusy,
    strawberry.union(
        "SubmitPremiumListResult", description="The list that was accepted, or its faults, or why it was not looked at."
    ),
]
What = strawberry.argument(description="What is asked.")


async def validate_premium_list(
    info: Info[RequestContext, None],
    input: Annotated[PremiumListInput, What],  # noqa: A002 - the name that clients know
) -> Any:
    return await premium_list.validate_premium_list(
        info,
        workshop=input.workshop,
        branch=input.branch,
        header=str(input.header),
        workers=str(input.workers),
        page=input.code_page,
        key=input.idempotency_key,
    )


async def submit_premium_list(info: Info[RequestContext, None], input: Annotated[PremiumListInput, What]) -> Any:  # noqa: A002
    return await premium_list.submit_premium_list(
        info,
        workshop=input.workshop,
        branch=input.branch,
        header=str(input.header),
        workers=str(input.workers),
        page=input.code_page,
        key=input.idempotency_key,
    )
