"""The catalogue of questions the gateway can put to the outside. `wiring` fills it; loaders ask it."""

from dataclasses import dataclass

from gateway.domain.citizen import Citizen, Photo
from gateway.domain.contribution import ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.debt import ClaimOrder, Debt, DebtKey, DebtsOfPerson, DebtsOfWorkshop, LedgerEntry
from gateway.domain.dependent import Dependent
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Lookup, Page
from gateway.domain.other_fund import FundMembership
from gateway.domain.payment import PremiumPayment
from gateway.domain.payment_document import PaymentDocument
from gateway.domain.pension import Pension
from gateway.domain.registry_event import RegistryEvent
from gateway.domain.unemployment import UnemploymentCase
from gateway.domain.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """One field a fact group, named as the question: what, by what."""

    # civil registry
    citizens_by_national_id: Lookup[NationalId, Citizen]
    photos_by_national_id: Lookup[NationalId, Photo]
    # Bank Refah: newest first; a payer without payments is absent
    payments_by_payer: Lookup[NationalId, tuple[PremiumPayment, ...]]
    # Labour Ministry
    unemployment_cases_by_person: Lookup[NationalId, UnemploymentCase]
    # branch databases
    insurances_by_person: Lookup[NationalId, Insurance]
    dependents_by_supporter: Lookup[NationalId, tuple[Dependent, ...]]
    contribution_summaries_by_person: Lookup[NationalId, ContributionSummary]
    contribution_pages: Lookup[ContributionQuery, Page[ContributionRecord]]
    pensions_by_person: Lookup[NationalId, Pension]
    debt_pages_by_person: Lookup[DebtsOfPerson, Page[Debt]]
    workshops_by_key: Lookup[WorkshopKey, Workshop]
    debt_pages_by_workshop: Lookup[DebtsOfWorkshop, Page[Debt]]
    ledgers_by_debt: Lookup[DebtKey, tuple[LedgerEntry, ...]]
    claim_orders_by_workshop: Lookup[WorkshopKey, tuple[ClaimOrder, ...]]
    # the registry's events, the other funds, the finance department
    events_by_person: Lookup[NationalId, tuple[RegistryEvent, ...]]
    fund_memberships_by_person: Lookup[NationalId, tuple[FundMembership, ...]]
    payment_documents_by_number: Lookup[str, PaymentDocument]
