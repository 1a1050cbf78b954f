"""tamin-gateway: dev, serve, token, schema, explain, check, audit, contract, receipt, payments, cycle."""

import asyncio
import datetime
import functools
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretBytes, ValidationError
from rich.console import Console

from adapters.outbound.authority import open_authority
from gateway import audit_command, certificate_command
from gateway.contract_commands import commands as contract_commands
from gateway.cycle_command import commands as cycle_commands
from gateway.domain.clock import Clock, SystemClock
from gateway.domain.payment_identifier import BillIdentifier
from gateway.domain.services import SERVICES
from gateway.explain_command import explain
from gateway.http.graphiql import GraphiqlSettings
from gateway.http.settings import Listening
from gateway.logs import configure_logs
from gateway.operation.audit.probing import probe_store
from gateway.operation.audit.settings import AuditSettings
from gateway.operation.audit.store import StoreUnavailable
from gateway.payments_command import commands as payments_commands
from gateway.reach import Address, Probe, Reach, probe
from gateway.receipt_command import commands as receipt_commands
from gateway.requests.payments.settings import PaymentSettings
from gateway.requests.settings import EXAMPLE_CALENDAR, RequestSettings, Terms
from gateway.running import serve_until_told
from gateway.sandbox import (
    EXAMPLES,
    NoToken,
    Sandbox,
    announced,
    bank_calls_at,
    greet,
    papers,
    running_twin,
    sandbox_page,
    settings_for,
    token_for,
    token_lines,
    token_route,
)
from gateway.schema.printing import sdl
from gateway.settings import Settings, sentences, unknown_variables
from gateway.wiring import addresses, issuer_addresses

app = typer.Typer(
    help="One GraphQL schema in front of the back offices of Iran's Social Security Organisation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints local variables
)
app.add_typer(audit_command.app, name="audit")
app.add_typer(certificate_command.app, name="certificate")
app.add_typer(contract_commands, name="contract")
app.add_typer(cycle_commands, name="cycle")
app.add_typer(payments_commands, name="payments")
app.add_typer(receipt_commands, name="receipt")
errors = Console(stderr=True, highlight=False)


def main() -> None:
    app()


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True)
    raise typer.Exit(2)


def _settings() -> Settings:
    if unknown := unknown_variables(os.environ):
        _refuse(f"No such setting: {', '.join(unknown)}. docs/guide/operators.md lists them all.")
    try:
        return Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as problem:
        errors.print("The settings do not let the gateway start:", style="bold red")
        for line in sentences(problem):
            errors.print(f"  {line}", soft_wrap=True, markup=False)
        errors.print("docs/guide/operators.md lists them all.")
        raise typer.Exit(2) from None


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On uvloop where it exists. Ctrl-C before the server listens ends quietly."""
    try:
        if sys.platform == "win32":
            asyncio.run(work())
        else:
            import uvloop

            uvloop.run(work())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except (RuntimeError, OSError) as problem:
        _refuse(str(problem))


@app.command()
def serve(
    trusted_documents: Annotated[
        Path | None, typer.Option(help="A manifest of operations, the only ones that will run (docs/guide/limits.md).")
    ] = None,
) -> None:
    """Serve in production: settings from the environment only (docs/guide/operators.md)."""
    settings = _settings()
    if trusted_documents is not None:
        settings = settings.model_copy(update={"trusted_documents": trusted_documents})
    configure_logs(settings.log_format)
    _run(
        functools.partial(
            serve_until_told,
            settings,
            graphiql=GraphiqlSettings(),
            ready=lambda url: print(f"tamin-gateway listens on {url}", flush=True),  # noqa: T201
        )
    )


@app.command()
def dev(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where the gateway listens; 0 takes a free port.")
    ] = 8000,
    people: Annotated[
        int, typer.Option(min=20, max=1_000_000, help="How many people live in the synthetic country.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed and size make the same country.")] = 3070,
    branches: Annotated[
        str, typer.Option(help="postgres, sqlite, or the URL of a MariaDB server for the branches.")
    ] = "postgres",
    cache: Annotated[Path | None, typer.Option(help="Where the filled databases are kept between runs.")] = None,
    memory: Annotated[str, typer.Option(help="Where facts are remembered: process, off, or a Redis URL.")] = "process",
) -> None:
    """Start the twin of all four back offices and the gateway, on loopback. Ctrl-C ends both."""
    configure_logs("console")

    async def work(record: str) -> None:
        errors.print(f"Starting the twin: {people:,} people, seed {seed} …")
        async with running_twin(people=people, seed=seed, branches=branches, cache=cache) as twin:
            settings = Settings(
                master_key=SecretBytes(secrets.token_bytes(32)),
                listening=Listening(port=port),
                memory=memory,
                minimum_daily_wage=SANDBOX_MINIMUM_DAILY_WAGE,
                log_format="console",
                audit=AuditSettings(store=f"sqlite:///{record}/record.db"),
                requests=SANDBOX_REQUESTS,
                payments=SANDBOX_PAYMENTS,
                **papers(),
                **settings_for(twin.descriptor),
            )
            token_url = twin.descriptor["issuer"]["token_url"]
            async with AsyncExitStack() as stack:
                authority = await stack.enter_async_context(open_authority())
                tokens = {
                    whom: await token_for(whom, token_url, authority)
                    for whom in EXAMPLES
                    if not whom.startswith("agency:")
                }

                told: list[asyncio.Task[None]] = []

                def ready(url: str) -> None:
                    stack.enter_context(announced(Sandbox(url, token_url)))
                    greet(twin.descriptor, tokens, url)
                    told.append(asyncio.create_task(bank_calls_at(twin.descriptor["control"], url)))
                    errors.print(f"The record is kept while this runs, in {settings.audit.store}", soft_wrap=True)

                await serve_until_told(
                    settings,
                    graphiql=sandbox_page(twin.descriptor),
                    ready=ready,
                    sandbox=True,
                    routes=(token_route(token_url, authority),),
                )
            errors.print("Stopping the twin …")

    with tempfile.TemporaryDirectory(prefix="tamin-record-") as record:
        _run(functools.partial(work, record))


# Terms that nobody has told us are invented here, so that the sandbox can show what becomes of them.
SANDBOX_REQUESTS = RequestSettings(
    calendar=EXAMPLE_CALENDAR,
    terms={
        service.lower(): Terms(service_days=7, information_days=10, appeal_days=30, follow_seconds=2.0)
        for service in SERVICES
    },
)
# Invented likewise: whom the bill says is paid, and the rate of a part-month.
SANDBOX_PAYMENTS = PaymentSettings(
    bill=BillIdentifier.of("5893610070").digits, part_month_rate=3_000, reconcile_at=datetime.time(2)
)
# Invented, so that the sandbox can compute a benefit; decrees set the real ones. Rial a day by Jalali year.
SANDBOX_MINIMUM_DAILY_WAGE = {year: 100_000 * (year - 1380) ** 2 // 10 for year in range(1390, 1411)}


@app.command()
def token(
    whom: Annotated[str, typer.Argument(help=f"{', '.join(EXAMPLES)}; a national code or CODE@BRANCH for a name")],
    issuer: Annotated[str | None, typer.Option(help="The issuer's URL; without it, that of the running dev.")] = None,
    proof: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="METHOD URL", help="Print the headers of such a request, proof included: for curl -H @-."),
    ] = None,
    nonce: Annotated[str | None, typer.Option(help="The nonce for the proof; without it, the server is asked.")] = None,
) -> None:
    """Print a token from the issuer of the running `dev`. An agency's is bound to a key that this machine keeps."""
    try:
        lines = asyncio.run(token_lines(whom, issuer=issuer, request=proof, nonce=nonce))
    except NoToken as problem:
        _refuse(str(problem))
    print("\n".join(lines))  # noqa: T201


@app.command()
def schema() -> None:
    """Print the schema (SDL)."""
    sys.stdout.write(sdl())


app.command()(explain)


@app.command()
def check() -> None:
    """Check the settings, whether each system can be reached, and whether the record can be written: one line each.

    Exit code 1 where one cannot.
    """
    settings = _settings()
    clock = SystemClock()
    reach = Reach(addresses(settings), clock)

    async def all_probes() -> list[Probe]:
        systems = [probe for source in reach.addresses for probe in await reach.probes(source)]
        issuers = [await probe(issuer, clock) for issuer in issuer_addresses(settings)]
        return [*systems, *issuers, await _record_probe(settings.audit, clock)]

    probes = asyncio.run(all_probes())
    for tried in probes:
        said = tried.problem or f"reached in {tried.seconds * 1000:.0f} ms"
        print(f"{'FAIL' if tried.problem else 'ok':<6}{tried.address.name:<24}{said}")  # noqa: T201
    raise typer.Exit(1 if any(tried.problem for tried in probes) else 0)


async def _record_probe(record: AuditSettings, clock: Clock) -> Probe:
    address, began = Address("record", None, None), clock.monotonic()
    try:
        await probe_store(record.store, seconds=record.commit_seconds)
    except StoreUnavailable as problem:
        return Probe(address, clock.monotonic() - began, str(problem))
    return Probe(address, clock.monotonic() - began)


if __name__ == "__main__":
    main()
