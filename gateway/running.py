"""Puts the whole gateway together from its settings, and runs it until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from gateway.app import Dependencies, create_app
from gateway.certificates.desk import CertificateDesk
from gateway.certificates.opening import certificate_desk
from gateway.certificates.tables import METADATA as CERTIFICATE_TABLES
from gateway.domain.clock import PatientClock, SystemClock
from gateway.http.authentication import metadata_routes
from gateway.http.bank_calls import bank_calls
from gateway.http.graphiql import GraphiqlPage, GraphiqlSettings, static_routes
from gateway.http.leftovers import set_aside
from gateway.http.lifecycle import Lifecycle
from gateway.http.receipts import receipt_keys
from gateway.http.serving import Server
from gateway.loading.loaders import Loaders
from gateway.metrics import Metrics
from gateway.operation.audit.opening import open_record
from gateway.operation.budget import Budget
from gateway.operation.document import Documents
from gateway.operation.engine import graph_of
from gateway.operation.trusted import TrustedDocuments, UntrustedManifest, texts_of
from gateway.operation.weights import Weights
from gateway.requests.cycles.opening import monthly_cycles
from gateway.requests.cycles.tables import METADATA as CYCLES
from gateway.requests.desk import RequestDesk
from gateway.requests.engine import working
from gateway.requests.ground import Ground, open_ground
from gateway.requests.kinds import kinds_of
from gateway.requests.opening import desk_of
from gateway.requests.payments.desk import PaymentDesk
from gateway.requests.payments.opening import changed_facts, payment_desk_of
from gateway.requests.payments.tables import METADATA as PAYMENTS
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.desk import PremiumListDesk
from gateway.requests.premium_list.opening import changed_contributions, changes_of, list_desk_of
from gateway.requests.premium_list.tables import METADATA as PREMIUM_LISTS
from gateway.rights.policy import ContractPolicy
from gateway.rights.redeemers import redeemers
from gateway.schema import build_schema
from gateway.schema.grantable import grantable_of
from gateway.schema.printing import sdl
from gateway.settings import Settings
from gateway.wiring import Wired, call_shapes, connected, governed

ASSESSMENT_SECONDS = 30.0  # what a workflow gives the systems that an assessment asks


async def serve_until_told(
    settings: Settings,
    *,
    graphiql: GraphiqlSettings,
    ready: Callable[[str], None],
    sandbox: bool = False,
    routes: tuple[BaseRoute, ...] = (),
) -> None:
    """Until SIGTERM or Ctrl-C, then drains. `ready` gets the URL as soon as it listens.

    `sandbox`: persons are synthetic, so developers see them all. Raises RuntimeError or OSError with a sentence where
    it cannot start.
    """
    clock, lifecycle, metrics = SystemClock(), Lifecycle(), Metrics()
    graph = build_schema()
    governing = governed(settings, clock, grantable_of(graph_of(graph)), sandbox=sandbox)
    recorded = open_record(
        settings.audit, settings.keyring, clock, settings.former_keyrings, committed=metrics.committed
    )
    places = settings.requests.beside(settings.audit.store)
    grounded = open_ground(
        places,
        settings.keyring,
        clock,
        settings.former_keyrings,
        metadata=[PAYMENTS, CERTIFICATE_TABLES, PREMIUM_LISTS, CYCLES],
    )
    async with (
        governing as held,
        recorded as record,
        grounded as ground,
        _connected(settings, clock, metrics, ground) as (wired, changes),
    ):
        policy = ContractPolicy(
            held.contracts,
            held.registers,
            clock,
            sandbox_developers=sandbox,
            dependant_age=settings.dependant_age,
        )

        def loaders() -> Loaders:
            deadline = clock.monotonic() + ASSESSMENT_SECONDS
            agreements = desk.notice_agreements.by_workshop
            return Loaders(wired.sources, deadline=deadline, clock=clock, notice_agreements=agreements)

        desk = await desk_of(ground, kinds_of(wired.offices, ground.settings), loaders, policy, settings.decrees)
        certificates = certificate_desk(
            ground,
            settings.issuing,
            settings.keyring,
            settings.former_keyrings,
            wired.counters,
            redeemers(held.contracts, clock),
        )
        cycles = monthly_cycles(
            ground, settings.cycles, wired.sources, wired.feed, wired.finance, wired.offices, wired.outbox
        )
        payments = payment_desk_of(ground, wired.bank, settings.payments, settings.bank_refah.payment_page)
        lists = list_desk_of(ground, desk.documents, wired.list_intake, changes, settings.premium_lists)
        budget = Budget(Weights(sdl()), settings.limits, wired.counters, settings.keyring, clock, call_shapes(settings))
        application = create_app(
            Dependencies(
                schema=graph,
                sources=wired.sources,
                authenticator=wired.authenticator,
                readiness=wired.reach.states,
                keyring=settings.keyring,
                clock=clock,
                policy=policy,
                entitlement_rules=settings.entitlement_rules,
                decrees=settings.decrees,
                http=settings.http,
                execution=settings.execution,
                budget=budget,
                trusted=_trusted(settings, Documents(graph, settings.http.documents), budget),
                record=record,
                metrics=metrics,
                page=GraphiqlPage(graphiql),
                desks={RequestDesk: desk, CertificateDesk: certificates}
                | ({PaymentDesk: payments} if payments else {})
                | ({PremiumListDesk: lists} if lists else {}),
                routes=(
                    *static_routes(),
                    receipt_keys(ground.receipts),
                    *_bank_calls(wired, payments, settings),
                    *_resource_metadata(settings),
                    *routes,
                ),
            ),
            lifecycle,
        )
        if payments is not None:
            await payments.keep_reconciling()
        if cycles is not None and settings.cycles.scheduled:
            await cycles.schedule()
        async with working(ground.engine):
            await _served(application, lifecycle, settings, ready)


@asynccontextmanager
async def _connected(
    settings: Settings, clock: PatientClock, metrics: Metrics, ground: Ground
) -> AsyncIterator[tuple[Wired, ListChanges]]:
    """With what our own writes change of the systems' facts. Without an intake no list of ours changes anything."""
    ages = settings.memory_ages
    changes = changes_of(ground, max(ages.contribution_pages, ages.contribution_summaries_by_person))
    lists = changed_contributions(changes) if settings.branch_intake is not None else {}
    async with connected(settings, clock, metrics, {**changed_facts(ground), **lists}) as wired:
        yield wired, changes


def _bank_calls(wired: Wired, payments: PaymentDesk | None, settings: Settings) -> list[Route]:
    """Nothing without the key of the bank's signatures, or where nothing can be paid."""
    if wired.bank_calls is None or payments is None:
        return []
    return [bank_calls(wired.bank_calls, payments, seconds=settings.http.request_seconds)]


async def _served(
    application: Starlette, lifecycle: Lifecycle, settings: Settings, ready: Callable[[str], None]
) -> None:
    server = Server(application, lifecycle, settings.listening)
    serving = asyncio.create_task(server.serve())
    listens = asyncio.create_task(server.ready.wait())
    await asyncio.wait({serving, listens}, return_when=asyncio.FIRST_COMPLETED)
    if server.ready.is_set():
        set_aside(settings.listening.collect_after)
        ready(f"http://{settings.listening.host}:{server.port}")
    listens.cancel()
    await serving


def _trusted(settings: Settings, documents: Documents, budget: Budget) -> TrustedDocuments | None:
    """Raises RuntimeError with a sentence where the manifest does not let the gateway start."""
    if settings.trusted_documents is None:
        return None
    try:
        return TrustedDocuments(texts_of(settings.trusted_documents), documents, budget, settings.limits)
    except UntrustedManifest as problem:
        raise RuntimeError(str(problem)) from None


def _resource_metadata(settings: Settings) -> list[Route]:
    return metadata_routes(
        [issuer.issuer for issuer in settings.tokens.issuers],
        origin=settings.http.origin,
        certificates=settings.http.client_certificate_header is not None,
    )
