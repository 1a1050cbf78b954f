"""`python -m bench.ours`: the gateway as it runs in production, from the environment; persons are the twin's.

BENCH_GUARDS=off leaves out what guards an answer: tokens, rights, limits and the record. Only a bench may do that, so
it is put together here and nowhere else.
"""

import asyncio
import os

import uvloop

from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import SystemClock
from gateway.http.graphiql import GraphiqlSettings
from gateway.http.leftovers import set_aside
from gateway.http.lifecycle import Lifecycle
from gateway.http.serving import Server
from gateway.logs import configure_logs
from gateway.metrics import Metrics
from gateway.rights.rights import Rights
from gateway.running import serve_until_told
from gateway.schema import build_schema
from gateway.settings import Settings
from gateway.wiring import connected


class Anybody:
    """An authenticator that looks at nothing."""

    async def authenticate(self, _shown: object) -> Caller | None:
        return Caller(kind=CallerKind.DEVELOPER, client="bench")


class Open:
    """A policy that closes nothing."""

    def rights_of(self, caller: Caller) -> Rights:
        return Rights(caller)

    def releases(self, *_: object) -> bool:
        return True

    covers = covers_dependent = lists = covers_workshop = releases

    def supports_others(self, *_: object) -> bool:
        return False

    revoked = supports_others


async def serve_without_guards(settings: Settings) -> None:
    clock, lifecycle = SystemClock(), Lifecycle()
    async with connected(settings, clock, Metrics()) as wired:
        application = create_app(
            Dependencies(
                schema=build_schema(),
                sources=wired.sources,
                authenticator=Anybody(),
                readiness=wired.reach.states,
                keyring=settings.keyring,
                clock=clock,
                policy=Open(),
                entitlement_rules=settings.entitlement_rules,
                http=settings.http,
                execution=settings.execution,
            ),
            lifecycle,
        )
        server = Server(application, lifecycle, settings.listening)
        await asyncio.gather(server.serve(), _told_when_ready(server, settings))


async def _told_when_ready(server: Server, settings: Settings) -> None:
    await server.ready.wait()
    set_aside(settings.listening.collect_after)
    told(f"http://127.0.0.1:{server.port}")


def told(url: str) -> None:
    print(f"listens on {url}", flush=True)


def main() -> None:
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    configure_logs(settings.log_format)
    if os.environ.get("BENCH_GUARDS") == "off":
        uvloop.run(serve_without_guards(settings))
    else:
        uvloop.run(serve_until_told(settings, graphiql=GraphiqlSettings(), ready=told, sandbox=True))


if __name__ == "__main__":
    main()
