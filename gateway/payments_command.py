"""tamin-gateway payments: reconcile with a file of the bank, and show the ledger. No personal data in any output."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN, SystemClock
from gateway.domain.failure import SourceFailure
from gateway.logs import configure_logs
from gateway.metrics import Metrics
from gateway.requests.database import StoreUnavailable
from gateway.requests.ground import open_ground
from gateway.requests.payments.desk import PaymentDesk
from gateway.requests.payments.opening import payment_desk_of
from gateway.requests.payments.reconciliation import Report
from gateway.requests.payments.tables import METADATA
from gateway.settings import Settings, sentences
from gateway.wiring import connected, reconciliation_file

T = TypeVar("T")

commands = typer.Typer(help="Payments: reconcile with the bank, show the ledger.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)


@commands.command()
def reconcile(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="The bank's file of the day, as CSV.")
    ] = None,
    from_bank: Annotated[bool, typer.Option("--from-bank", help="Ask the bank for it.")] = False,
    day: Annotated[str | None, typer.Option(help="The Jalali day, 1405-09-05; left out, yesterday in Tehran.")] = None,
) -> None:
    """Hold the bank's file of a day against our tickets. May be done any number of times; what is open is asked anew
    by the gateways that run. Exit code 1 where lines could not be read or credited money is missing from the file."""
    if from_bank == (file is not None):
        _refuse("Give a file, or --from-bank.")
    try:
        about = Day.parse(day) if day else _yesterday()
    except ValueError as problem:
        _refuse(str(problem))

    async def work(desk: PaymentDesk) -> Report:
        if file is None:
            return await desk.reconciliation.from_bank(about)
        return await desk.reconciliation.settle(reconciliation_file(file.read_text("utf-8"), about))

    report = _asked(work)
    print(  # noqa: T201
        f"{about.jalali}: {report.lines} lines, {report.ours} of ours, {report.settled} settled, "
        f"{report.doubted} doubted, {report.unreadable} unreadable"
    )
    raise typer.Exit(1 if report.unreadable or report.doubted else 0)


@commands.command()
def ledger() -> None:
    """Show the balance of each account, in rial: debits less credits. They add up to nothing."""
    for account, amount in _asked(lambda desk: desk.balances()).items():
        print(f"{account.value:12}{amount:>28,}")  # noqa: T201


def _asked(work: Callable[[PaymentDesk], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with _desk() as desk:
            return await work(desk)

    try:
        return asyncio.run(asked())
    except (SourceFailure, StoreUnavailable, RuntimeError, OSError, UnicodeDecodeError) as problem:
        _refuse(str(problem))


@asynccontextmanager
async def _desk() -> AsyncIterator[PaymentDesk]:
    """The desk of the settings, whose engine does not run here."""
    settings, clock = _settings(), SystemClock()
    configure_logs(settings.log_format)
    places = settings.requests.beside(settings.audit.store)
    async with (
        open_ground(places, settings.keyring, clock, settings.former_keyrings, metadata=[METADATA]) as ground,
        connected(settings, clock, Metrics()) as wired,
    ):
        desk = payment_desk_of(ground, wired.bank, settings.payments, settings.bank_refah.payment_page)
        if desk is None:
            raise RuntimeError("Nothing can be paid here: TAMIN_PAYMENTS__BILL is not set.")
        yield desk


def _settings() -> Settings:
    try:
        return Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as problem:
        raise RuntimeError("; ".join(sentences(problem))) from None


def _yesterday() -> Day:
    return Day.from_gregorian(SystemClock().now().astimezone(TEHRAN).date() - datetime.timedelta(days=1))


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True, markup=False)
    raise typer.Exit(2)
