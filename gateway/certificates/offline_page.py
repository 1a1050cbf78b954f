"""One page of HTML that verifies certificates offline, with the issuer's keys and the lists of states inside it.

It is the same whoever asks for it; an agency fetches it once and keeps it. When its lists are too old it says so, and
takes newer ones from a file.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gateway.certificates import wording
from gateway.domain.access import Wording

_HERE = Path(__file__).parent / "offline"

_PAGE = {
    "good": ("گواهی درست است", "The certificate is good"),
    "bad": ("گواهی پذیرفته نیست", "The certificate is refused"),
    "open": ("امضا درست است؛ ابطال معلوم نیست", "The signature is good; whether it was revoked is not known"),
    "outcome": ("نتیجه", "Outcome"),
    "issuer": ("صادرکننده", "Issuer"),
    "issuedAt": ("زمان صدور", "Issued"),
    "validUntil": ("اعتبار تا", "Valid until"),
    "purpose": ("برای", "Purpose"),
    "redeemer": ("تنها برای دستگاه", "Made out to"),
    "serial": ("شناسه", "Serial"),
    "face": ("رویه", "Face"),
    "digest": ("چکیده", "Digest"),
    "held": ("سنجش چکیده با محتوا", "Digest held against what it says"),
    "digestHeld": ("سنجیده شد", "yes, all of it"),
    "digestOpen": ("بخشی از محتوا اینجا نیست", "no: part of that is not here"),
    "hidden": ("شمار فقره‌های پوشیده", "Facts that are hidden"),
    "statusAsOf": ("باطل نشده بود در", "Not revoked as of"),
    "notKnown": ("معلوم نیست", "not known"),
    "listTaken": ("فهرست تازه پذیرفته شد.", "The newer list was taken."),
    "listRefused": ("این فهرست از صادرکننده نیست.", "This list is not the issuer's."),
}
_FACES = {
    "PDF": ("PDF", "PDF"),
    "CREDENTIAL": ("اعتبارنامه SD-JWT", "SD-JWT credential"),
    "CODE": ("رمزینه (QR)", "QR code"),
}


class Page(NamedTuple):
    """`policy` is the Content-Security-Policy that the page also states itself."""

    html: str
    policy: str


def offline_page(issuer: str, jwks: Mapping[str, Any], lists: Sequence[str]) -> Page:
    """`lists` are signed lists of states, as they are served."""
    given = {"issuer": issuer, "jwks": jwks, "lists": list(lists), "words": _words()}
    script = (_HERE / "verifier.js").read_text() + (_HERE / "page.js").read_text().replace('"use strict";\n', "", 1)
    style = (_HERE / "page.css").read_text()
    policy = policy_of(script, style)
    html = (
        (_HERE / "page.html")
        .read_text()
        .replace("{policy}", policy)
        .replace("{style}", style)
        .replace("{given}", msgspec.json.encode(given).decode().replace("<", "\\u003c"))
        .replace("{script}", script)
    )
    return Page(html, policy)


def policy_of(script: str, style: str) -> str:
    """Nothing is loaded and nothing is sent; the only script and style that run are these."""
    sources = {"default": "none", "script": _hash(script), "style": _hash(style)}
    said = [f"{kind}-src '{source}'" for kind, source in sources.items()]
    return "; ".join([*said, "base-uri 'none'", "form-action 'none'"])


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _words() -> dict[str, Mapping[str, Wording]]:
    return {
        "kinds": wording.KINDS,
        "outcomes": wording.OUTCOMES,
        "subject": wording.SUBJECT,
        "facts": wording.FACTS,
        "values": wording.VALUES,
        "sources": wording.SOURCES,
        "reasons": wording.REASONS,
        "faces": {name: Wording(fa=fa, en=en) for name, (fa, en) in _FACES.items()},
        "page": {name: Wording(fa=fa, en=en) for name, (fa, en) in _PAGE.items()},
    }
