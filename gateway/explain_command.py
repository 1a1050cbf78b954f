"""`tamin-gateway explain`: what an operation costs, and how many calls it makes at worst, without asking anybody."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from gateway.domain.caller import CallerKind
from gateway.domain.clock import SystemClock
from gateway.loading.counters import LocalCounters
from gateway.loading.keyring import Keyring
from gateway.loading.shapes import CallShapes
from gateway.operation.allowances import LimitSettings
from gateway.operation.budget import Budget
from gateway.operation.document import Documents
from gateway.operation.explanation import Measure, NotExplained, explained, measures
from gateway.operation.weights import Weights
from gateway.schema import build_schema
from gateway.schema.printing import sdl
from gateway.settings import Settings
from gateway.wiring import call_shapes


def explain(
    operation: Annotated[Path, typer.Argument(help="A file with a GraphQL document; - reads standard input.")],
    variables: Annotated[str, typer.Option(help="JSON, or @ and the name of a file that holds it.")] = "{}",
    name: Annotated[str | None, typer.Option(help="Which operation, where the document has several.")] = None,
    caller: Annotated[
        CallerKind, typer.Option("--as", case_sensitive=False, help="Whose limits count.")
    ] = CallerKind.CITIZEN,
) -> None:
    """Print an operation's cost and its worst case of calls to each system. Exit code 1 where one is over its limit."""
    errors = Console(stderr=True, highlight=False)
    try:
        limits, shapes = _set()
        schema, clock = build_schema(), SystemClock()
        budget = Budget(Weights(sdl()), limits, LocalCounters(clock), Keyring(bytes(32)), clock, shapes)
        estimate = explained(schema, Documents(schema), budget, _text(operation), _read(variables), name)
    except (NotExplained, OSError) as problem:
        errors.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    said = list(measures(estimate, limits.of(caller)))
    Console(highlight=False).print(_table(said))
    raise typer.Exit(0 if all(measure.within for measure in said) else 1)


def _set() -> tuple[LimitSettings, CallShapes]:
    """As the environment has it where it is one of a gateway, else as they are by default."""
    try:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError:
        return LimitSettings(), CallShapes()
    return settings.limits, call_shapes(settings)


def _text(operation: Path) -> str:
    return sys.stdin.read() if str(operation) == "-" else operation.read_text()


def _read(variables: str) -> dict[str, object]:
    text = Path(variables[1:]).read_bytes() if variables.startswith("@") else variables
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:  # its message holds the text
        said = None
    if not isinstance(said, dict):
        raise NotExplained("The variables are no JSON object.")
    return said


def _table(said: list[Measure]) -> Table:
    table = Table.grid(padding=(0, 2))
    for measure in said:
        limit = "" if measure.limit is None else f"of {measure.limit:,}"
        table.add_row(measure.what, f"{measure.amount:,}", limit, "" if measure.within else "over its limit")
    return table
