"""The application: what it needs, its routes, and the layers that each request passes, outermost first."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from gateway.certificates.desk import CertificateDesk
from gateway.domain.caller import Caller
from gateway.domain.clock import PatientClock
from gateway.domain.decrees import UNDECREED, Decrees
from gateway.domain.entitlement import EntitlementRules
from gateway.http.authentication import Authenticator
from gateway.http.certificates import certificate_routes
from gateway.http.endpoint import ContextMaker, GraphQLEndpoint
from gateway.http.front import Front
from gateway.http.health import Readiness, Ready, live
from gateway.http.lifecycle import Lifecycle
from gateway.http.metrics_page import MetricsPage
from gateway.http.settings import HttpSettings
from gateway.http.subscriptions import EventsOrAnswer, Sockets, Watching
from gateway.http.trusted_proxies import TrustedProxies
from gateway.http.uploads import PERSON, Uploads
from gateway.loading.context import RequestContext
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders, none_agreed, nothing_paid
from gateway.loading.sources import Sources
from gateway.metrics import Metrics
from gateway.operation.audit.handed_out import HandedOut
from gateway.operation.audit.opening import Record
from gateway.operation.audit.recording import Recording
from gateway.operation.budget import Budget
from gateway.operation.engine import graph_of
from gateway.operation.execution import Execution, ExecutionSettings
from gateway.operation.trusted import TrustedDocuments
from gateway.requests.desk import RequestDesk
from gateway.requests.payments.desk import PaymentDesk
from gateway.rights.rights import Policy

# Tokens come in a header that scripts set, never in cookies: so CORS allows no credentials.
READ_HEADERS = (
    "authorization",
    "dpop",
    "content-type",
    "accept",
    "accept-language",
    "x-refusals",
    "x-request-id",
    "traceparent",
    PERSON,
)
SHOWN_HEADERS = ("x-request-id", "www-authenticate", "dpop-nonce", "retry-after", "ratelimit", "ratelimit-policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """All that a running gateway is made of. `wiring` fills it for production, tests with their own.

    `budget` holds callers to their limits; without one, nothing is limited. `trusted` documents, where there are any,
    are the only ones that run. `record` holds what leaves before it leaves; without one, nothing is on record. /metrics
    shows `metrics`. `page` answers a browser on /graphql (GraphiQL); `routes` are further ones, such as its files.
    """

    schema: strawberry.Schema
    sources: Sources
    authenticator: Authenticator
    readiness: Readiness
    keyring: Keyring = field(repr=False)
    clock: PatientClock
    policy: Policy
    entitlement_rules: EntitlementRules
    decrees: Decrees = UNDECREED
    http: HttpSettings = field(default_factory=HttpSettings)
    execution: ExecutionSettings = field(default_factory=ExecutionSettings)
    budget: Budget | None = None
    trusted: TrustedDocuments | None = None
    record: Record | None = None
    metrics: Metrics | None = None
    page: ASGIApp | None = None
    desks: Mapping[type, Any] = field(default_factory=dict, repr=False)
    routes: tuple[BaseRoute, ...] = ()


def create_app(needs: Dependencies, lifecycle: Lifecycle | None = None) -> Starlette:
    """`lifecycle` is shared with the server, which moves it to draining; without one, the app serves until it ends."""
    stage = lifecycle or Lifecycle()
    contexts, recording = _contexts(needs), _recording(needs)
    execution = Execution(needs.schema, needs.execution)
    for understood in needs.trusted or ():
        execution.prepare(understood)
    graphql = GraphQLEndpoint(
        needs.schema,
        needs.authenticator,
        contexts,
        needs.http,
        needs.page,
        policy=needs.policy,
        clock=needs.clock,
        budget=needs.budget,
        trusted=needs.trusted,
        recording=recording,
        execution=execution,
        metrics=needs.metrics,
    )
    watching = Watching(
        schema=needs.schema,
        documents=graphql.documents,
        execution=execution,
        context=contexts,
        policy=needs.policy,
        clock=needs.clock,
        push_seconds=needs.http.request_seconds,
        budget=needs.budget,
        recording=recording,
    )

    answers = EventsOrAnswer(graphql, watching, needs.authenticator, needs.http, stage.is_draining)
    cors = partial(
        CORSMiddleware,
        allow_origins=needs.http.cors_origins,
        allow_methods=("GET", "POST"),
        allow_headers=READ_HEADERS,
        expose_headers=SHOWN_HEADERS,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        stage.serve()
        yield
        stage.drain()

    return Starlette(
        routes=[
            Route("/graphql", answers),
            WebSocketRoute("/graphql", Sockets(watching, needs.authenticator, needs.http, stage.is_draining).answer),
            *_uploads(needs),
            *_certificates(needs),
            Route("/live", live),
            Route("/ready", Ready(stage, needs.readiness).answer),
            *_metrics_page(needs, execution),
            *needs.routes,
        ],
        middleware=[
            Middleware(
                TrustedProxies,
                networks=needs.http.trusted_proxies,
                certificate_header=needs.http.client_certificate_header,
            ),
            Middleware(Front, clock=needs.clock, ways={"/graphql": answers}, cors=cors),
        ],
        lifespan=lifespan,
    )


def _uploads(needs: Dependencies) -> list[Route]:
    desk = needs.desks.get(RequestDesk)
    if desk is None:
        return []
    uploads = Uploads(
        desk.documents,
        needs.authenticator,
        needs.policy,
        origin=needs.http.origin,
        seconds=needs.http.upload_seconds,
        budget=needs.budget,
    )
    return [Route("/uploads", uploads, methods=["POST"])]


def _certificates(needs: Dependencies) -> tuple[Route, ...]:
    desk = needs.desks.get(CertificateDesk)
    if desk is None:
        return ()
    record = needs.record
    return certificate_routes(
        desk,
        needs.authenticator,
        needs.policy,
        needs.clock,
        origin=needs.http.origin,
        budget=needs.budget,
        handed_out=HandedOut(record.recorder, record.pseudonyms, needs.clock) if record else None,
    )


def _metrics_page(needs: Dependencies, execution: Execution) -> list[Route]:
    if needs.metrics is None:
        return []

    def operations() -> dict[tuple[str, ...], float]:
        return {(engine, why): n for how, n in execution.counts.items() for engine, _, why in [how.partition(" ")]}

    needs.metrics.read(
        "tamin_operations",
        "Operations by the engine that ran them, and why it was that.",
        ("engine", "why"),
        operations,
    )
    page = MetricsPage(
        needs.metrics, needs.authenticator, networks=needs.http.metrics_networks, origin=needs.http.origin
    )
    return [Route("/metrics", page.answer)]


def _recording(needs: Dependencies) -> Recording | None:
    record = needs.record
    if record is None:
        return None
    graph = graph_of(needs.schema)
    return Recording(graph, record.recorder, record.pseudonyms, needs.clock, record.sealed_days)


def _contexts(needs: Dependencies) -> ContextMaker:
    payments = needs.desks.get(PaymentDesk)
    paid_here = payments.paid_here if payments else nothing_paid
    requests = needs.desks.get(RequestDesk)
    agreements = requests.notice_agreements.by_workshop if requests else none_agreed

    def make(*, caller: Caller | None, correlation_id: str, language: str) -> RequestContext:
        deadline = needs.clock.monotonic() + needs.http.request_seconds
        return RequestContext(
            caller=caller,
            rights=needs.policy.rights_of(caller) if caller else None,
            policy=needs.policy,
            loaders=Loaders(
                needs.sources,
                deadline=deadline,
                clock=needs.clock,
                paid_here=paid_here,
                notice_agreements=agreements,
            ),
            clock=needs.clock,
            keyring=needs.keyring,
            entitlement_rules=needs.entitlement_rules,
            decrees=needs.decrees,
            correlation_id=correlation_id,
            language=language,
            access_log=needs.record.access_log if needs.record else None,
            desks=needs.desks,
        )

    return make
