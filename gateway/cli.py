"""tamin-gateway: dev, serve, token, schema, check."""

import asyncio
import functools
import os
import secrets
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretBytes, ValidationError
from rich.console import Console
from rich.table import Table

from gateway.app import Dependencies, create_app
from gateway.domain.clock import SystemClock
from gateway.http.graphiql import GraphiqlPage, GraphiqlSettings, NamedPerson, static_routes
from gateway.http.lifecycle import Lifecycle
from gateway.http.sandbox_tokens import SandboxAuthenticator, issue
from gateway.http.serving import Server
from gateway.http.settings import HttpSettings, Listening
from gateway.logs import configure_logs
from gateway.reach import Probe, Reach
from gateway.sandbox import EXAMPLES, Twin, caller_of, running_twin, sandbox_key, settings_for
from gateway.schema import build_schema
from gateway.schema.printing import sdl
from gateway.settings import Settings, sentences, unknown_variables
from gateway.wiring import addresses, connected
from twin.named import NAMED

app = typer.Typer(
    help="One GraphQL schema in front of the back offices of Iran's Social Security Organisation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints local variables
)
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


async def _serve(
    settings: Settings, *, token_key: bytes, graphiql: Callable[[], GraphiqlSettings], ready: Callable[[str], None]
) -> None:
    """Runs until SIGTERM or Ctrl-C, then drains. `ready` gets the URL as soon as it listens."""
    clock, lifecycle = SystemClock(), Lifecycle()
    async with connected(settings, clock) as wired:
        application = create_app(
            Dependencies(
                schema=build_schema(),
                sources=wired.sources,
                authenticator=SandboxAuthenticator(token_key, clock),
                readiness=wired.reach.states,
                keyring=settings.keyring,
                clock=clock,
                entitlement_rules=settings.entitlement_rules,
                http=settings.http,
                page=GraphiqlPage(graphiql),
                routes=tuple(static_routes()),
            ),
            lifecycle,
        )
        server = Server(application, lifecycle, settings.listening)
        serving = asyncio.create_task(server.serve())
        listens = asyncio.create_task(server.ready.wait())
        await asyncio.wait({serving, listens}, return_when=asyncio.FIRST_COMPLETED)
        if server.ready.is_set():
            ready(f"http://{settings.listening.host}:{server.port}")
        listens.cancel()
        await serving


@app.command()
def serve() -> None:
    """Serve in production: settings from the environment only (docs/guide/operators.md)."""
    settings = _settings()
    configure_logs(settings.log_format)
    _run(
        functools.partial(
            _serve,
            settings,
            token_key=settings.token_key.get_secret_value(),
            graphiql=GraphiqlSettings,
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
    key = sandbox_key()

    async def work() -> None:
        errors.print(f"Starting the twin: {people:,} people, seed {seed} …")
        async with running_twin(people=people, seed=seed, branches=branches, cache=cache) as twin:
            settings = Settings(
                master_key=SecretBytes(secrets.token_bytes(32)),
                token_key=SecretBytes(key),
                listening=Listening(port=port),
                http=HttpSettings(open_introspection=True),
                memory=memory,
                minimum_daily_wage=SANDBOX_MINIMUM_DAILY_WAGE,
                log_format="console",
                **settings_for(twin.descriptor),
            )
            greet = functools.partial(_greet, twin, _tokens(key))
            await _serve(settings, token_key=key, graphiql=functools.partial(_sandbox_page, key), ready=greet)
            errors.print("Stopping the twin …")

    _run(work)


def _tokens(key: bytes) -> dict[str, str]:
    return {whom: issue(key, caller_of(whom), SystemClock()) for whom in EXAMPLES}


def _sandbox_page(key: bytes) -> GraphiqlSettings:
    """With fresh tokens each time it is opened: they last 12 hours, `dev` may run longer."""
    persons = {name: NamedPerson(*person) for name, person in NAMED.items()}
    return GraphiqlSettings(persons=persons, tokens=_tokens(key))


# Invented, so that the sandbox can compute a benefit; decrees set the real ones. Rial a day by Jalali year.
SANDBOX_MINIMUM_DAILY_WAGE = {year: 100_000 * (year - 1380) ** 2 // 10 for year in range(1390, 1411)}

FIRST_QUERY = (
    "{ me { identity { firstName lastName } dependents { relation firstName } contributionSummary { days } } }"
)


def _greet(twin: Twin, tokens: dict[str, str], url: str) -> None:
    out = Console(highlight=False)
    out.print("\n[bold]tamin-gateway[/bold] is up. Ctrl-C ends it.\n")
    places = Table.grid(padding=(0, 2))
    places.add_row("GraphiQL and GraphQL", f"{url}/graphql")
    places.add_row("health", f"{url}/live  {url}/ready")
    places.add_row("the twin's control", f"{twin.descriptor['control']}/_twin/")
    out.print(places)
    out.print("\n[bold]Persons[/bold] (synthetic)")
    persons = Table.grid(padding=(0, 2))
    for name, person in NAMED.items():
        persons.add_row(name, person.code, person.about)
    out.print(persons)
    out.print("\n[bold]Tokens[/bold] (12 hours; [italic]tamin-gateway token citizen:sara[/italic] makes more)")
    for whom, token in tokens.items():
        out.print(f"{whom}\n{token}", soft_wrap=True)
    out.print("\n[bold]A first query[/bold]")
    out.print(
        f"curl -s {url}/graphql -H 'content-type: application/json' "
        f'-H "authorization: Bearer $(.venv/bin/tamin-gateway token citizen:sara)" '
        f'-d \'{{"query": "{FIRST_QUERY}"}}\'',
        soft_wrap=True,
        markup=False,
    )
    out.print(
        "\n[bold]Break it[/bold]: switch the bank off, ask again (answers of 30 seconds are remembered), switch it on"
    )
    control = twin.descriptor["control"]
    out.print(
        f'curl -X PUT {control}/_twin/faults/bank_refah -d \'{{"kind": "refused"}}\'', soft_wrap=True, markup=False
    )
    out.print(f"curl -X DELETE {control}/_twin/faults/bank_refah\n", soft_wrap=True, markup=False)


@app.command()
def token(
    whom: Annotated[str, typer.Argument(help=f"{', '.join(EXAMPLES)}; a national code or CODE@BRANCH for a name")],
) -> None:
    """Print a sandbox token, good for any running `dev` of this machine."""
    try:
        caller = caller_of(whom)
    except ValueError as problem:
        _refuse(f"No such caller: {problem}")
    print(issue(sandbox_key(), caller, SystemClock()))  # noqa: T201


@app.command()
def schema() -> None:
    """Print the schema (SDL)."""
    sys.stdout.write(sdl())


@app.command()
def check() -> None:
    """Check the settings, and whether each system can be reached: one line each. Exit code 1 where one cannot."""
    settings = _settings()
    reach = Reach(addresses(settings), SystemClock())

    async def all_probes() -> list[Probe]:
        return [probe for source in reach.addresses for probe in await reach.probes(source)]

    probes = asyncio.run(all_probes())
    for probe in probes:
        said = probe.problem or f"reached in {probe.seconds * 1000:.0f} ms"
        print(f"{'FAIL' if probe.problem else 'ok':<6}{probe.address.name:<24}{said}")  # noqa: T201
    raise typer.Exit(1 if any(probe.problem for probe in probes) else 0)


if __name__ == "__main__":
    main()
