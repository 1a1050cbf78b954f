"""tamin-gateway audit: verify the record offline, show its latest checkpoint or one event. No personal data in any."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
import sqlalchemy as sa
import typer
from rich.console import Console

from gateway.operation.audit.checkpoints import latest_checkpoint
from gateway.operation.audit.merkle import inclusion_proof
from gateway.operation.audit.settings import AuditSettings
from gateway.operation.audit.store import Store, StoreUnavailable, link_of, octets
from gateway.operation.audit.tables import EVENTS
from gateway.operation.audit.verifying import Verdict, verified

T = TypeVar("T")

app = typer.Typer(help="Verify the record of what left, offline; show a checkpoint or an event.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)

StoreUrl = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="TAMIN_AUDIT__STORE",
        default_factory=lambda: AuditSettings().store,
        show_default=False,
        help="sqlite:///PATH or postgresql://…; without it the store of the settings.",
    ),
]


@app.command()
def verify(
    store: StoreUrl,
    checkpoints: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The file of checkpoints held elsewhere.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="The gateway's public key, hexadecimal, as you know it; may be repeated.")
    ] = None,
) -> None:
    """Prove the record whole. Exit code 1 where it is not, with a line for each finding; 2 where it cannot be read."""
    held = checkpoints.read_bytes().splitlines() if checkpoints else []
    verdict = _asked(store, lambda opened: verified(opened, elsewhere=held, keys=key or ()))
    for finding in verdict.findings:
        print(f"FOUND  {finding}")  # noqa: T201
    print(_summary(verdict))  # noqa: T201
    if not key and not held:
        errors.print(
            "Only the store itself was asked, and whoever owns it could have rewritten all of it: give --checkpoints, "
            "a file held elsewhere, or --key.",
            soft_wrap=True,
        )
    raise typer.Exit(0 if verdict.whole else 1)


@app.command()
def checkpoint(store: StoreUrl) -> None:
    """Print the latest signed checkpoint of the store, as a sink holds it."""
    signed = _asked(store, latest_checkpoint)
    if signed is None:
        _refuse("The record has no checkpoint yet.")
    print(signed.line().decode())  # noqa: T201


@app.command()
def show(
    store: StoreUrl,
    event: Annotated[str, typer.Option(help="An event's id, or the x-request-id of the answer it is about.")],
) -> None:
    """Print events with their places in the record, and the proof that the latest checkpoint covers them."""
    found = _asked(store, lambda opened: _events(opened, event))
    if not found:
        _refuse("The record has no such event.")
    for one in found:
        print(msgspec.json.format(msgspec.json.encode(one)).decode())  # noqa: T201


async def _events(store: Store, name: str) -> list[dict[str, Any]]:
    signed = await latest_checkpoint(store)
    sizes = {chain.writer: chain.size for chain in signed.checkpoint.chains} if signed else {}
    async with store.reading() as connection:
        named = (EVENTS.c.event == name) | (EVENTS.c.correlation_id == name)
        rows = (
            await connection.execute(sa.select(EVENTS).where(named).order_by(EVENTS.c.writer, EVENTS.c.number))
        ).all()
        found = []
        for row in rows:
            link = link_of(row)
            said: dict[str, Any] = {
                "event": msgspec.Raw(link.body),
                "writer": link.writer,
                "number": link.number,
                "hash": link.hash.hex(),
            }
            size = sizes.get(link.writer, 0)
            if signed and link.number <= size:
                covered = sa.select(EVENTS.c.hash).where(EVENTS.c.writer == link.writer, EVENTS.c.number <= size)
                leaves = [octets(h) for h in await connection.scalars(covered.order_by(EVENTS.c.number))]
                said |= {"checkpoint": signed.checkpoint.number, "size": size}
                said["proof"] = [node.hex() for node in inclusion_proof(link.number - 1, leaves)]
            found.append(said)
        return found


def _asked(url: str, question: Callable[[Store], Awaitable[T]]) -> T:
    async def work() -> T:
        store = Store(url, seconds=60, read_only=True)
        try:
            return await question(store)
        finally:
            await store.close()

    try:
        return asyncio.run(work())
    except (StoreUnavailable, sa.exc.ArgumentError) as problem:
        _refuse(f"The record cannot be read: {problem if isinstance(problem, StoreUnavailable) else 'no such store'}")


def _summary(verdict: Verdict) -> str:
    held = f", {verdict.held_elsewhere} held elsewhere" if verdict.held_elsewhere else ""
    return (
        f"{'whole' if verdict.whole else 'NOT whole'}: {verdict.events} events of {verdict.chains} writers, about "
        f"{verdict.persons} persons; {verdict.checkpoints} checkpoints{held}; "
        f"signed by {', '.join(sorted(verdict.keys)) or 'nobody yet'}"
    )


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True)
    raise typer.Exit(2)
