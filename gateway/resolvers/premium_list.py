"""Premium lists: checked, handed in, and found again by whoever may act for their workshop."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

import msgspec
import strawberry
from strawberry import ID, Info

from gateway.domain.access import Wording
from gateway.domain.code_pages import CodePage
from gateway.domain.failure import Code, Source, SourceUnavailable
from gateway.domain.identifiers import BranchCode, WorkshopCode, WorkshopKey
from gateway.domain.premium_list import ListFault, ListSubmission, ListSummary
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.requests.database import StoreUnavailable
from gateway.requests.premium_list.desk import CheckedList, HandedIn, PremiumListDesk, Submission, Validation
from gateway.requests.premium_list.wording import REFUSALS, SUBMISSIONS
from gateway.requests.tracking_code import tracking_code_of
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, First, KeptPage, kept_page, page_size
from gateway.resolvers.relation import forbidden, known, may_see_workshop
from gateway.resolvers.request import Busy
from gateway.resolvers.sealing import seal_for

T = TypeVar("T")
KIND = b"PremiumListSubmission"


class FaultPosition(msgspec.Struct, frozen=True, order=True):
    """Faults stand in the order in which they were found: the same files give the same."""

    index: int


async def validate_premium_list(
    info: Info[RequestContext, None],
    *,
    workshop: WorkshopCode,
    branch: BranchCode,
    header: str,
    workers: str,
    page: CodePage | None,
    key: str,
) -> Validation | Busy:
    context = info.context
    desk, handed = _handed(context, WorkshopKey(workshop, branch), header, workers, page, key)
    return await _unless_busy(desk, desk.validate(handed))


async def submit_premium_list(
    info: Info[RequestContext, None],
    *,
    workshop: WorkshopCode,
    branch: BranchCode,
    header: str,
    workers: str,
    page: CodePage | None,
    key: str,
) -> Submission | Busy:
    context = info.context
    desk, handed = _handed(context, WorkshopKey(workshop, branch), header, workers, page, key)
    return await _unless_busy(desk, desk.submit(handed))


async def submission_by_id(
    info: Info[RequestContext, None],
    id: Annotated[ID, strawberry.argument(description="The submission's `id`, or its tracking code.")],  # noqa: A002
) -> ListSubmission:
    """Raises Refused: of somebody else's workshop as of a list that is not there."""
    context = info.context
    known(context)
    try:
        submission = await _found(context, str(id))
    except StoreUnavailable:
        raise SourceUnavailable(Source.BRANCH_INTAKE, "the store of lists does not answer") from None
    if submission is None or not may_see_workshop(context, submission.summary.workshop):
        raise forbidden()
    return submission


def submission_id(root: ListSubmission, info: Info[RequestContext, None]) -> ID:
    return ID(seal_for(info.context.keyring, "node").seal(KIND + b":" + root.id.encode(), [b"node"]))


def text_of(root: ListSubmission) -> Wording:
    return SUBMISSIONS[root.state]


def refusal_of(root: ListSubmission) -> Wording | None:
    return REFUSALS.get(root.answer.answer) if root.answer else None


def branch_number_of(root: ListSubmission) -> str | None:
    return root.answer.number if root.answer else None


def summary_of(root: CheckedList) -> ListSummary | None:
    premium_list = root.found.premium_list
    return ListSummary.of(premium_list) if premium_list else None


def faults_of(
    root: CheckedList, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> KeptPage[tuple[int, ListFault], FaultPosition]:
    workshop = root.workshop
    owner = (workshop.code.digits, workshop.branch.digits)
    cursors = Cursors(info.context.keyring, FaultPosition, ("PremiumListChecked.faults", *owner))
    position, size = cursors.read(after), page_size(first)
    begin = position.index + 1 if position else 0
    faults = list(enumerate(root.found.faults))[begin : begin + size]
    has_next = begin + size < len(root.found.faults)
    return kept_page(faults, _position, cursors, after=position, has_next=has_next)


def _position(fault: tuple[int, ListFault]) -> FaultPosition:
    return FaultPosition(fault[0])


def _handed(
    context: RequestContext, workshop: WorkshopKey, header: str, workers: str, page: CodePage | None, key: str
) -> tuple[PremiumListDesk, HandedIn]:
    """Raises Refused, before anything is looked at, for a caller who may not act for the workshop."""
    submitter = known(context).caller.subject
    if submitter is None or not may_see_workshop(context, workshop):
        raise forbidden()
    handed = HandedIn(submitter=submitter, workshop=workshop, header=header, workers=workers, page=page, key=key)
    return context.desk(PremiumListDesk), handed


async def _found(context: RequestContext, id_: str) -> ListSubmission | None:
    desk = context.desk(PremiumListDesk)
    code = tracking_code_of(id_)
    if code is not None:
        return await desk.by_tracking_code(code)
    try:
        kind, _, key = seal_for(context.keyring, "node").open(id_, [b"node"]).partition(b":")
    except ValueError:
        kind, key = b"", b""
    if kind != KIND:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'id' is neither the id of a premium list nor a tracking code.")
    return await desk.by_id(key.decode())


async def _unless_busy(desk: PremiumListDesk, asked: Awaitable[T]) -> T | Busy:
    """Nothing was accepted, or it is not known whether it was: the same key tells."""
    try:
        return await asked
    except StoreUnavailable:
        return Busy(desk.busy_retry_seconds)
