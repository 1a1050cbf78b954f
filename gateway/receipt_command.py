"""tamin-gateway receipt: verify a signed receipt offline; print the public keys to verify with."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from gateway.requests.receipt import NotAReceipt, Receipts, verified
from gateway.settings import Settings

commands = typer.Typer(help="Verify a signed receipt, offline; print the public keys.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)

Receipt = Annotated[Path, typer.Argument(help="A file with a receipt as it was given; - reads standard input.")]
Keys = Annotated[
    Path | None,
    typer.Option(help="The gateway's public keys, as /receipts/jwks.json has them. Without it, the settings' own."),
]


@commands.command()
def verify(receipt: Receipt, keys: Keys = None) -> None:
    """Say what a receipt proves. Asks nobody. Exit code 1 where it proves nothing, 2 where it cannot be read."""
    text = _read(receipt)
    jwks = _object(_read(keys)) if keys else _own_keys()
    try:
        said = verified(text, jwks)
    except NotAReceipt as problem:
        errors.print(f"No receipt of this gateway: {problem}", style="bold red", soft_wrap=True)
        raise typer.Exit(1) from None
    words = f"{said.details['en']} · {said.details['fa']}" if {"en", "fa"} <= said.details.keys() else said.subject
    for name, value in (
        ("valid", words),
        ("issuer", said.issuer),
        ("tracking code", said.tracking_code),
        ("accepted at", said.accepted_at.isoformat()),
        ("request", said.id),
        ("digest", said.digest),
    ):
        print(f"{name:<14}{value}")  # noqa: T201


@commands.command()
def keys() -> None:
    """Print the public keys of the settings' receipts (JWKS), to be held elsewhere."""
    print(json.dumps(_own_keys(), indent=2))  # noqa: T201


def _own_keys() -> dict[str, Any]:
    try:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError:
        _refuse("The settings do not tell the key: give --keys, a file with the gateway's public keys.")
    requests = settings.requests
    key = requests.receipt_key.get_secret_value() if requests.receipt_key else None
    return Receipts.of(settings.keyring, requests.receipt_issuer, key).jwks


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        _refuse(f"{file} cannot be read: {type(problem).__name__}")


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        _refuse("The file of keys is no JWKS.")
    return said


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True)
    raise typer.Exit(2)
