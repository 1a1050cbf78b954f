"""The loaders of one request: each question of `Sources`, batched."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.domain.citizen import Citizen, Photo
from gateway.domain.clock import Clock, SystemClock
from gateway.domain.contribution import ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.debt import ClaimOrder, Debt, DebtKey, DebtsOfPerson, DebtsOfWorkshop, LedgerEntry
from gateway.domain.dependent import Dependent
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Fact, Lookup, Page
from gateway.domain.money import Rial
from gateway.domain.other_fund import FundMembership
from gateway.domain.payment import PremiumPayment
from gateway.domain.payment_document import PaymentDocument
from gateway.domain.pension import Pension
from gateway.domain.registry_event import RegistryEvent
from gateway.domain.services.electronic_notice_agreement import SERVICE as AGREEMENT
from gateway.domain.unemployment import UnemploymentCase
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.loading.batch import Batch
from gateway.loading.round import Round
from gateway.loading.sources import Sources

ASKED_OF = {  # the system that each question goes to, for those which find no answer in time
    "citizens_by_national_id": Source.CIVIL_REGISTRY,
    "photos_by_national_id": Source.CIVIL_REGISTRY,
    "payments_by_payer": Source.BANK_REFAH,
    "unemployment_cases_by_person": Source.LABOUR_MINISTRY,
    "insurances_by_person": Source.BRANCH_DATABASES,
    "dependents_by_supporter": Source.BRANCH_DATABASES,
    "contribution_summaries_by_person": Source.BRANCH_DATABASES,
    "contribution_pages": Source.BRANCH_DATABASES,
    "pensions_by_person": Source.BRANCH_DATABASES,
    "debt_pages_by_person": Source.BRANCH_DATABASES,
    "workshops_by_key": Source.BRANCH_DATABASES,
    "debt_pages_by_workshop": Source.BRANCH_DATABASES,
    "ledgers_by_debt": Source.BRANCH_DATABASES,
    "claim_orders_by_workshop": Source.BRANCH_DATABASES,
    "events_by_person": Source.REGISTRY_EVENTS,
    "fund_memberships_by_person": Source.INSURANCE_FUNDS,
    "payment_documents_by_number": Source.FINANCE,
    "paid_here_by_debt": Source.BANK_REFAH,
    "notice_agreements_by_workshop": AGREEMENT.office,
}


async def nothing_paid(_: Sequence[DebtKey], /) -> Mapping[DebtKey, Fact[Rial] | SourceFailure]:
    """Of a gateway where nothing can be paid."""
    return {}


async def none_agreed(_: Sequence[WorkshopKey], /) -> Mapping[WorkshopKey, Fact[NoticeAgreement] | SourceFailure]:
    """Of a gateway that takes no requests."""
    return {}


class Loaders:
    """One attribute a field of `Sources`, of the same name, and one for each of our own two. Each is made when it is
    first used: most requests use a few.

    Make it inside the request (its questions run in that context) and `await close()` when the request ends.
    `deadline` is a reading of `clock.monotonic()`, after which what is pending ends in DeadlineExceeded. `paid_here`
    asks our own ledger what was paid for debts and is not in their branches' books yet, `notice_agreements` our own
    requests which workshops agreed to electronic notice.
    """

    citizens_by_national_id: Batch[NationalId, Citizen]
    photos_by_national_id: Batch[NationalId, Photo]
    payments_by_payer: Batch[NationalId, tuple[PremiumPayment, ...]]
    unemployment_cases_by_person: Batch[NationalId, UnemploymentCase]
    insurances_by_person: Batch[NationalId, Insurance]
    dependents_by_supporter: Batch[NationalId, tuple[Dependent, ...]]
    contribution_summaries_by_person: Batch[NationalId, ContributionSummary]
    contribution_pages: Batch[ContributionQuery, Page[ContributionRecord]]
    pensions_by_person: Batch[NationalId, Pension]
    debt_pages_by_person: Batch[DebtsOfPerson, Page[Debt]]
    workshops_by_key: Batch[WorkshopKey, Workshop]
    debt_pages_by_workshop: Batch[DebtsOfWorkshop, Page[Debt]]
    ledgers_by_debt: Batch[DebtKey, tuple[LedgerEntry, ...]]
    claim_orders_by_workshop: Batch[WorkshopKey, tuple[ClaimOrder, ...]]
    events_by_person: Batch[NationalId, tuple[RegistryEvent, ...]]
    fund_memberships_by_person: Batch[NationalId, tuple[FundMembership, ...]]
    payment_documents_by_number: Batch[str, PaymentDocument]
    paid_here_by_debt: Batch[DebtKey, Rial]
    notice_agreements_by_workshop: Batch[WorkshopKey, NoticeAgreement]

    def __init__(
        self,
        sources: Sources,
        deadline: float | None = None,
        clock: Clock | None = None,
        paid_here: Lookup[DebtKey, Rial] = nothing_paid,
        notice_agreements: Lookup[WorkshopKey, NoticeAgreement] = none_agreed,
    ) -> None:
        self._round = Round(clock or SystemClock(), deadline)
        self._sources = sources
        self._ours: dict[str, Lookup[Any, Any]] = {
            "paid_here_by_debt": paid_here,
            "notice_agreements_by_workshop": notice_agreements,
        }

    def __getattr__(self, name: str) -> Batch[Any, Any]:
        source = ASKED_OF.get(name)
        if source is None:
            raise AttributeError(name)
        lookup = self._ours.get(name) or getattr(self._sources, name)
        batch: Batch[Any, Any] = Batch(lookup, source, self._round)
        setattr(self, name, batch)
        return batch

    async def close(self) -> None:
        """Cancels what still runs for the request, and returns when it has ended. May be called twice."""
        await self._round.close()
