"""The marriage allowance's monthly cycle: both parties of each marriage that was registered (domain.md, service 1)."""

from collections.abc import Mapping, Sequence

import msgspec

from gateway.domain.access import Wording
from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord
from gateway.domain.failure import Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.lookup import Page
from gateway.domain.messages import Message
from gateway.domain.money import rial
from gateway.domain.payment_document import Finance, PaymentOrder, PaymentPurpose
from gateway.domain.registry_event import EventKind, Marriage, RegistryEvent, marriages_of
from gateway.domain.request import Reason
from gateway.loading.sources import Sources
from gateway.requests.cycles.asking import answered
from gateway.requests.cycles.case import Case, Effect, Outcome, Verdict
from gateway.requests.cycles.wording import allowance_granted, allowance_without_account
from gateway.requests.rules.marriage import MarriageFacts, assess, first_month_needed

RECORDS_A_PAGE = 500

Records = tuple[ContributionRecord, ...]


class MarriageAllowanceCycle:
    name = "marriage-allowance"

    def __init__(self, sources: Sources, finance: Finance) -> None:
        self._sources, self._finance = sources, finance

    def concerned(self, event: RegistryEvent) -> tuple[NationalId, ...]:
        return event.own if event.kind is EventKind.MARRIAGE else ()

    def once(self, event: RegistryEvent, person: NationalId, month: YearMonth) -> str:
        """A person's marriage is assessed once, in whichever month."""
        return f"{event.sequence}:{person.digits}"

    def granted_once(self, case: Case) -> str:
        return f"{self.name}:{case.person.digits}"

    def granted_before(self) -> Reason:
        return Reason(
            rule="marriage.granted-before",
            found="GRANTED",
            needed="not granted before",
            source=None,
            words=Wording(fa="کمک‌هزینه ازدواج پیش از این پرداخت شده است.", en="The allowance has been granted before."),
        )

    async def assess(self, cases: Sequence[Case]) -> Mapping[str, Verdict | SourceFailure]:
        """The registry's marriages first; the branches are asked only about those whose marriage stands there."""
        events = await answered(self._sources.events_by_person, [case.person for case in cases])
        marriages = {case.id: _marriage(events.get(case.person), case) for case in cases}
        found = [case for case in cases if isinstance(marriages[case.id], Marriage)]
        insured = await answered(self._sources.insurances_by_person, [case.person for case in found])
        records = await self._records([case for case in found if _may_be_insured(insured.get(case.person))])
        return {case.id: _verdict(case, marriages[case.id], insured, records) for case in cases}

    async def carry_out(self, case: Case) -> tuple[Effect, str | None]:
        if case.verdict is None or not case.verdict.amount:
            return Effect.NOTHING_TO_PAY, None
        order = PaymentOrder(
            reference=case.id,
            payee=case.person,
            amount=case.verdict.amount,
            purpose=PaymentPurpose.MARRIAGE_ALLOWANCE,
        )
        document = await self._finance.issue(order)
        return (Effect.DOCUMENT, document.number) if document else (Effect.NO_ACCOUNT, None)

    def message(self, case: Case) -> Message | None:
        amount = case.verdict.amount if case.verdict else None
        match case.effect:
            case Effect.DOCUMENT if amount:
                text = allowance_granted(amount)
            case Effect.NO_ACCOUNT if amount:
                text = allowance_without_account(amount)
            case _:
                return None
        return Message(reference=case.id, person=case.person, text=text)

    async def _records(self, cases: Sequence[Case]) -> dict[NationalId, Records | SourceFailure]:
        """All records from the first month that the rules read on. One question a page for all: the widest of their
        windows; and to the newest list, since a later one than the marriage's says that its month's has come."""
        if not cases:
            return {}
        since = min(first_month_needed(case.registered_on) for case in cases)
        found: dict[NationalId, Records | SourceFailure] = {case.person: () for case in cases}
        wanted = [ContributionQuery(person=p, first=RECORDS_A_PAGE, since=since) for p in found]
        while wanted:
            pages = await answered(self._sources.contribution_pages, wanted)
            following: list[ContributionQuery] = []
            for query in wanted:
                page = pages.get(query)
                so_far = found[query.person]
                if page is None or isinstance(so_far, SourceFailure):
                    continue
                if isinstance(page, SourceFailure):
                    found[query.person] = page
                    continue
                found[query.person] = _joined(so_far, page)
                if page.has_next and page.items:
                    following.append(_after(query, page.items[-1]))
            wanted = following
        return found


def _after(query: ContributionQuery, last: ContributionRecord) -> ContributionQuery:
    place = ContributionPosition(
        month=last.month,
        workshop=last.workshop.digits if last.workshop else "",
        branch=last.branch,
        record_id=last.record_id,
    )
    return msgspec.structs.replace(query, after=place)


def _joined(so_far: Records, page: Page[ContributionRecord]) -> Records | SourceFailure:
    """A sum that lacks a branch would be wrong: then there is none."""
    if page.gaps:
        gap = page.gaps[0]
        return SourceUnavailable(
            Source.BRANCH_DATABASES, "a branch is away", retry_after=gap.retry_after, branch=gap.branch
        )
    return (*so_far, *page.items)


def _marriage(events: tuple[RegistryEvent, ...] | SourceFailure | None, case: Case) -> Marriage | SourceFailure | None:
    """The one that made the case; None where the registry does not know it any more."""
    if isinstance(events, SourceFailure):
        return events
    mine = marriages_of(events or (), case.person)
    return next((marriage for marriage in mine if marriage.sequence == case.sequence), None)


def _may_be_insured(insurance: Insurance | SourceFailure | None) -> bool:
    """Whom no branch knows has no records: they are not asked for."""
    return isinstance(insurance, Insurance) and insurance.status is not InsuranceStatus.NO_LINK


def _verdict(
    case: Case,
    marriage: Marriage | SourceFailure | None,
    insured: Mapping[NationalId, Insurance | SourceFailure],
    records: Mapping[NationalId, Records | SourceFailure],
) -> Verdict | SourceFailure:
    if isinstance(marriage, SourceFailure):
        return marriage
    if marriage is None:
        return Verdict(outcome=Outcome.REFUSED, reasons=assess(MarriageFacts(marriage=None)).reasons)
    insurance = insured.get(case.person) or Insurance(status=InsuranceStatus.NO_LINK)
    if isinstance(insurance, SourceFailure):
        return insurance
    read = records.get(case.person, ())
    if isinstance(read, SourceFailure):
        return read
    said = assess(MarriageFacts(marriage=marriage, records=read, insurance=insurance))
    if said.reasons:
        return Verdict(outcome=Outcome.REFUSED, reasons=said.reasons)
    return Verdict(outcome=Outcome.GRANTED, amount=said.amount or rial(0))
