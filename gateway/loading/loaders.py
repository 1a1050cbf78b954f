"""The loaders of one request: each question of `Sources`, batched."""

from collections.abc import Mapping, Sequence

from gateway.domain.clock import Clock, SystemClock
from gateway.domain.debt import DebtKey
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.lookup import Fact, Lookup
from gateway.domain.money import Rial
from gateway.domain.services.electronic_notice_agreement import SERVICE as AGREEMENT
from gateway.domain.workshop import NoticeAgreement
from gateway.loading.batch import Batch
from gateway.loading.round import Round
from gateway.loading.sources import Sources


async def nothing_paid(_: Sequence[DebtKey], /) -> Mapping[DebtKey, Fact[Rial] | SourceFailure]:
    """Of a gateway where nothing can be paid."""
    return {}


async def none_agreed(_: Sequence[WorkshopKey], /) -> Mapping[WorkshopKey, Fact[NoticeAgreement] | SourceFailure]:
    """Of a gateway that takes no requests."""
    return {}


class Loaders:
    """One attribute a field of `Sources`, of the same name. Cheap to make: a loader comes to life with its first load.

    Make it inside the request (its questions run in that context) and `await close()` when the request ends.
    `deadline` is a reading of `clock.monotonic()`, after which what is pending ends in DeadlineExceeded. `paid_here`
    asks our own ledger what was paid for debts and is not in their branches' books yet, `notice_agreements` our own
    requests which workshops agreed to electronic notice.
    """

    def __init__(
        self,
        sources: Sources,
        deadline: float | None = None,
        clock: Clock | None = None,
        paid_here: Lookup[DebtKey, Rial] = nothing_paid,
        notice_agreements: Lookup[WorkshopKey, NoticeAgreement] = none_agreed,
    ) -> None:
        self._round = every = Round(clock or SystemClock(), deadline)

        registry = Source.CIVIL_REGISTRY
        self.citizens_by_national_id = Batch(sources.citizens_by_national_id, registry, every)
        self.photos_by_national_id = Batch(sources.photos_by_national_id, registry, every)

        self.payments_by_payer = Batch(sources.payments_by_payer, Source.BANK_REFAH, every)

        self.unemployment_cases_by_person = Batch(sources.unemployment_cases_by_person, Source.LABOUR_MINISTRY, every)

        branches = Source.BRANCH_DATABASES
        self.insurances_by_person = Batch(sources.insurances_by_person, branches, every)
        self.dependents_by_supporter = Batch(sources.dependents_by_supporter, branches, every)
        self.contribution_summaries_by_person = Batch(sources.contribution_summaries_by_person, branches, every)
        self.contribution_pages = Batch(sources.contribution_pages, branches, every)
        self.pensions_by_person = Batch(sources.pensions_by_person, branches, every)
        self.debt_pages_by_person = Batch(sources.debt_pages_by_person, branches, every)
        self.workshops_by_key = Batch(sources.workshops_by_key, branches, every)
        self.debt_pages_by_workshop = Batch(sources.debt_pages_by_workshop, branches, every)
        self.ledgers_by_debt = Batch(sources.ledgers_by_debt, branches, every)
        self.claim_orders_by_workshop = Batch(sources.claim_orders_by_workshop, branches, every)

        self.events_by_person = Batch(sources.events_by_person, Source.REGISTRY_EVENTS, every)
        self.fund_memberships_by_person = Batch(sources.fund_memberships_by_person, Source.INSURANCE_FUNDS, every)
        self.payment_documents_by_number = Batch(sources.payment_documents_by_number, Source.FINANCE, every)

        self.paid_here_by_debt = Batch(paid_here, Source.BANK_REFAH, every)
        self.notice_agreements_by_workshop = Batch(notice_agreements, AGREEMENT.office, every)

    async def close(self) -> None:
        """Cancels what still runs for the request, and returns when it has ended. May be called twice."""
        await self._round.close()
