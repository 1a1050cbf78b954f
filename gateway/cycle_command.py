"""tamin-gateway cycle: run a month's cycle to its end, and report of it. Persons are keyed hashes in all output."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from gateway.domain.calendar import YearMonth
from gateway.domain.clock import SystemClock
from gateway.domain.failure import SourceFailure
from gateway.logs import configure_logs
from gateway.metrics import Metrics
from gateway.requests.cycles.book import Report
from gateway.requests.cycles.case import Outcome
from gateway.requests.cycles.cycle import MonthlyCycles, NotYet
from gateway.requests.cycles.opening import monthly_cycles
from gateway.requests.cycles.tables import METADATA
from gateway.requests.database import StoreUnavailable
from gateway.requests.engine import Engine, working
from gateway.requests.ground import open_ground
from gateway.settings import Settings, sentences
from gateway.wiring import connected

T = TypeVar("T")
LOOK_SECONDS = 0.5

commands = typer.Typer(help="Monthly cycles: marriage-allowance, daughters.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)

Kind = Annotated[str, typer.Argument(metavar="KIND", help="marriage-allowance, or daughters.")]
Month = Annotated[str, typer.Option(help="The Jalali month, 1405-07. It must have ended.")]


@commands.command()
def run(
    kind: Kind,
    month: Month,
    since: Annotated[
        str | None, typer.Option(help="The first month whose events count, for what was never run before.")
    ] = None,
) -> None:
    """Run a month's cycle to its end; what was begun and broken off goes on where it stood.

    Of the registry's events everything is read that is registered up to the month's end and was not read by an earlier
    cycle. Once it is over, running it again changes nothing, save that whoever could not be read is assessed anew.
    Exit code 1 where somebody was left out because a system did not answer.
    """
    wanted, first = _month(month), _month(since) if since else None

    async def work(cycles: MonthlyCycles, engine: Engine) -> Report:
        cycle = await cycles.begin(_known(cycles, kind), wanted, first)
        async with working(engine):
            return await _watched(cycles, cycle.name)

    report = _asked(work)
    _tell(report)
    raise typer.Exit(1 if report.outcomes.get(Outcome.UNREAD.value) else 0)


@commands.command("report")
def report_of(
    kind: Kind,
    month: Month,
    persons: Annotated[
        bool, typer.Option("--persons", help="Each person too: keyed hash, outcome, rules that do not hold.")
    ] = False,
) -> None:
    """Tell who was assessed, granted, refused and why, by rule, in numbers. Exit code 1: there is no such cycle."""
    wanted = _month(month)

    async def work(cycles: MonthlyCycles, _: Engine) -> tuple[Report, list[tuple[str, str, str]]] | None:
        cycle = await cycles.book.cycle(f"{_known(cycles, kind)}:{wanted}")
        if cycle is None:
            return None
        return await cycles.book.report(cycle), await cycles.book.persons(cycle) if persons else []

    said = _asked(work)
    if said is None:
        _refuse("This cycle has not been begun.", code=1)
    report, listed = said
    _tell(report)
    for hidden, outcome, rules in listed:
        print(f"{hidden}  {outcome:<12}{rules}")  # noqa: T201


async def _watched(cycles: MonthlyCycles, name: str) -> Report:
    """Until it is over; tells how far it is, on a terminal in one line."""
    told = ""
    with errors.status("") as status:
        while True:
            try:
                cycle = await cycles.book.cycle(name)
                if cycle is None:
                    raise RuntimeError("The cycle is gone from its table.")
                report = await cycles.book.report(cycle, brief=not cycle.over)
            except StoreUnavailable:  # whoever works on the cycle waits too; nobody is told how far it is until then
                await asyncio.sleep(LOOK_SECONDS)
                continue
            line = _progress(report)
            status.update(line)
            if line != told and not errors.is_terminal:
                errors.print(line)
            told = line
            if cycle.over:
                return report
            await asyncio.sleep(LOOK_SECONDS)


def _progress(report: Report) -> str:
    assessed = report.gathered - report.waiting
    done = sum(report.effects.values()) - report.effects.get("WAITING", 0)
    told = sum(report.told.values()) - report.told.get("WAITING", 0)
    effective = sum(report.effects.values())
    return f"{report.cycle}: {assessed}/{report.gathered} assessed, {done}/{effective} carried out, {told} told"


def _tell(report: Report) -> None:
    """One line a figure, the same for the same cycle."""
    lines = [
        f"cycle         {report.cycle}{'' if report.over else ' (not over)'}",
        f"persons       {report.gathered}",
        *([f"waiting       {report.waiting}"] if report.waiting else []),
        *(f"{outcome.lower():<14}{count}" for outcome, count in report.outcomes.items()),
        *(f"  {rule:<34}{outcome.lower():<12}{count}" for (outcome, rule), count in report.rules.items()),
        *(f"done: {effect.lower():<24}{count}" for effect, count in report.effects.items()),
        *(f"told: {told.lower():<24}{count}" for told, count in report.told.items()),
        f"amount        {report.amount:,} rial",
    ]
    print("\n".join(lines))  # noqa: T201


def _known(cycles: MonthlyCycles, kind: str) -> str:
    if kind not in cycles.kinds:
        raise RuntimeError(f"There is no such cycle here; there are {', '.join(cycles.kinds)}.")
    return kind


def _asked(work: Callable[[MonthlyCycles, Engine], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with _opened() as (cycles, engine):
            return await work(cycles, engine)

    try:
        return asyncio.run(asked())
    except (NotYet, SourceFailure, StoreUnavailable, RuntimeError, OSError) as problem:
        _refuse(str(problem))


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple[MonthlyCycles, Engine]]:
    """The cycles of the settings. The engine knows nothing else, so that it does no other work."""
    settings, clock = _settings(), SystemClock()
    configure_logs(settings.log_format)
    places = settings.requests.beside(settings.audit.store)
    # A month's persons are asked about once: to remember them would only push others out.
    forgetful = settings.model_copy(update={"memory": "off"})
    async with (
        open_ground(places, settings.keyring, clock, settings.former_keyrings, metadata=[METADATA]) as ground,
        connected(forgetful, clock, Metrics()) as wired,
    ):
        cycles = monthly_cycles(
            ground, settings.cycles, wired.sources, wired.feed, wired.finance, wired.offices, wired.outbox
        )
        if cycles is None:
            raise RuntimeError(
                "No cycle can run here: TAMIN_REGISTRY_EVENTS and TAMIN_SMS are needed, "
                "and TAMIN_FINANCE or TAMIN_BRANCH_COUNTER."
            )
        yield cycles, ground.engine


def _settings() -> Settings:
    try:
        return Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as problem:
        raise RuntimeError("; ".join(sentences(problem))) from None


def _month(text: str) -> YearMonth:
    try:
        return YearMonth.parse(text)
    except ValueError as problem:
        _refuse(str(problem))


def _refuse(sentence: str, code: int = 2) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True, markup=False)
    raise typer.Exit(code)
