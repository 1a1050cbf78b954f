"""tamin-gateway certificate: verify a face offline, write the page that verifies, make a signing key."""

import datetime
import importlib.util
import io
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from rich.console import Console

from gateway.certificates.offline_page import offline_page
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import TrustedKeys, new_key
from gateway.certificates.status_list import StatusList
from gateway.certificates.verifying import Asked, Trust, Verdict, verified
from gateway.certificates.wording import FACTS, KINDS, OUTCOMES, REASONS, SOURCES, SUBJECT, value_in_words
from gateway.domain.clock import SystemClock

app = typer.Typer(help="Verify certificates offline; make signing keys.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)

_PNG = b"\x89PNG\r\n\x1a\n"
_OPEN = (Reason.EXPIRED, Reason.REVOKED, Reason.SUPERSEDED, Reason.STATUS_UNKNOWN, Reason.REDEEMER)

Keys = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help="The issuer's keys: /certificates/jwks.json, as you keep it.")
]
Lists = Annotated[
    list[Path] | None,
    typer.Option(exists=True, dir_okay=False, help="A list of states: /certificates/status/N. May be repeated."),
]


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A PDF, or the text of an SD-JWT or QR.")],
    keys: Keys,
    status: Lists = None,
    issuer: Annotated[str | None, typer.Option(help="The issuer that it must name.")] = None,
    redeemer: Annotated[str | None, typer.Option(help="The name of your agency's contract.")] = None,
    need: Annotated[
        list[str] | None, typer.Option(help="What must be shown, such as facts.insuranceStatus. May be repeated.")
    ] = None,
    audience: Annotated[str | None, typer.Option(help="What the holder's proof must be made for.")] = None,
    nonce: Annotated[str | None, typer.Option(help="The nonce that you gave the holder.")] = None,
    without_status: Annotated[
        bool, typer.Option("--without-status", help="Leave open whether it was revoked, where no list tells.")
    ] = False,
) -> None:
    """Verify any face of a certificate, without any network. Exit code 1: refused; 2: cannot be read."""
    trusted = _trusted(keys)
    trust = Trust(trusted, issuer, [_list(path, trusted) for path in status or ()])
    asked = Asked(
        redeemer=redeemer,
        needs=frozenset(need or ()),
        audience=audience,
        nonce=nonce,
        status=not without_status,
    )
    verdict = verified(_document(file), trust, SystemClock().now(), asked)
    for line in _told(verdict):
        print(line)  # noqa: T201
    raise typer.Exit(0 if verdict.good else 1)


@app.command()
def page(keys: Keys, issuer: Annotated[str, typer.Option(help="Its name.")], status: Lists = None) -> None:
    """Print one page of HTML that verifies certificates in any browser, without any network."""
    trusted = _trusted(keys)
    for path in status or ():
        _list(path, trusted)
    lists = [path.read_text().strip() for path in status or ()]
    print(offline_page(issuer, msgspec.json.decode(keys.read_bytes()), lists).html)  # noqa: T201


@app.command("new-key")
def new_signing_key() -> None:
    """Print a new signing key (a private JWK): put it first in the file that TAMIN_CERTIFICATES__SIGNING_KEYS names."""
    print(msgspec.json.encode(new_key().as_dict(private=True)).decode())  # noqa: T201


def _told(verdict: Verdict) -> list[str]:
    """What is certified, by whom, when, until when; only where it is proven."""
    lines = ["GOOD" if verdict.good else f"REFUSED  {verdict.reason.value if verdict.reason else ''}"]
    if verdict.reason is not None:
        words = REASONS[verdict.reason.value]
        lines += [words.en, words.fa]
    claims = verdict.claims
    if (verdict.reason is not None and verdict.reason not in _OPEN) or "serial" not in claims:
        return lines
    kind, outcome = KINDS[claims["kind"]], OUTCOMES[claims["outcome"]]
    lines += [f"{kind.en} ({kind.fa})", f"  outcome: {outcome.en} ({outcome.fa})"]
    for name, value in claims.get("subject", {}).items():
        lines.append(f"  {SUBJECT[name].en}: {value}")
    for name, fact in claims.get("facts", {}).items():
        said = f"{SOURCES[fact['source']].en}, {_moment(fact['saidAt'])}"
        lines.append(f"  {FACTS[name].en}: {value_in_words(fact['value']).en}  [{said}]")
    lines += [
        f"  issued by {claims['issuer']} at {_moment(claims['issuedAt'])}, good until {_moment(claims['validUntil'])}",
        f"  serial {claims['serial']}, digest {verdict.digest}"
        + ("" if verdict.digest_held else " (not held against all that it says: part of that is not here)"),
    ]
    lines += [f"  for: {claims['purpose']}"] if claims.get("purpose") else []
    lines += [f"  made out to: {claims['redeemer']}"] if claims.get("redeemer") else []
    lines += [f"  hidden by its holder: {verdict.hidden}"] if verdict.hidden else []
    known = verdict.status_as_of
    lines.append("  not revoked as of " + _moment(known) if known else "  whether it was revoked is NOT KNOWN")
    return lines


def _trusted(path: Path) -> TrustedKeys:
    try:
        keys = TrustedKeys.of_jwks(msgspec.json.decode(path.read_bytes()))
    except (ValueError, msgspec.DecodeError):
        _refuse("The keys cannot be read: they must be a JSON Web Key Set.")
    if not len(keys):
        _refuse("The key set holds no key of the issuer's kind (EC, P-256).")
    return keys


def _list(path: Path, keys: TrustedKeys) -> StatusList:
    try:
        return StatusList.opened(path.read_text(), keys)
    except (NotGood, UnicodeDecodeError):
        _refuse(f"{path.name} is no list of states of this issuer.")


def _document(file: Path) -> bytes:
    """A picture of a QR is read where the extra `scan` is installed."""
    document = file.read_bytes()
    if not document.startswith(_PNG):
        return document
    if importlib.util.find_spec("zxingcpp") is None or importlib.util.find_spec("PIL") is None:
        _refuse("Pictures of QR codes are read with the extra tamin-gateway[scan]; or give the text of the code.")
    import zxingcpp
    from PIL import Image

    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(document)))
    return found[0].text.encode() if found else b""


def _moment(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True)
    raise typer.Exit(2)
