"""The PDF face: a page in Persian, from right to left, set by typst with fonts that come along (Vazirmatn, OFL).

The canonical claims and the QR's text stand in its keywords, so that a verifier finds in the file what the paper says.
"""

import datetime
import re
from pathlib import Path
from typing import Any

import jdatetime
import msgspec
import typst

from gateway.certificates.claims import base64url, canonical, digest_of, written
from gateway.certificates.code import picture_of
from gateway.certificates.wording import FACTS, KINDS, OUTCOMES, SOURCES, SUBJECT, value_in_words
from gateway.domain.certificate import Certificate, Claims
from gateway.domain.clock import TEHRAN
from gateway.domain.text import persian_digits

CLAIMS_MARK = "tamin-claims:"
CODE_MARK = "tamin-code:"
_HERE = Path(__file__).parent
_IDENTIFIERS = {"nationalId", "insuranceNumber", "workshop", "branch", "debtNumber", "pensionNumber"}
_DATES = {"since", "baseDate"}
_WITH_HYPHENS = re.compile(r"\d+(?:-\d+)+")
_ORGANISATION = "سازمان تأمین اجتماعی"


def pdf_of(certificate: Certificate, *, verify_at: str, organisation: str = _ORGANISATION) -> bytes:
    """Not signed yet. `verify_at` is the address of the public page. Takes some tenths of a second of a processor."""
    said = msgspec.json.encode(_said(certificate, verify_at, organisation)).decode()
    issued = datetime.datetime.fromtimestamp(certificate.claims.issued_at, datetime.UTC)
    return typst.compile(
        _HERE / "certificate.typ",
        root=_HERE,
        font_paths=[_HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"certificate": said, "code": picture_of(certificate.code).decode()},
        format="pdf",
        timestamp=int(issued.timestamp()),
    )


def _said(certificate: Certificate, verify_at: str, organisation: str) -> dict[str, Any]:
    claims = certificate.claims
    kind = KINDS[claims.kind.value]
    return {
        "title": kind.fa,
        "title_en": kind.en,
        "organisation": organisation,
        "issuer": claims.issuer,
        "keywords": [CLAIMS_MARK + base64url(canonical(written(claims))), CODE_MARK + certificate.code],
        "heads": _heads(claims),
        "outcome": OUTCOMES[claims.outcome].fa,
        "subject": [[SUBJECT[name].fa, _text(name, value)] for name, value in claims.subject.items()],
        "facts": [
            [
                FACTS[fact.name].fa,
                _text(fact.name, fact.value),
                SOURCES[fact.source].fa,
                jalali_moment(fact.said_at),
            ]
            for fact in claims.facts
        ],
        "notice": f"اصالت این گواهی را با اسکن رمزینه، یا با شناسه و رمز در نشانی {verify_at} بسنجید. "
        "این گواهی فقط وضعیت را در زمان اعلام منبع نشان می‌دهد و دارنده می‌تواند آن را باطل کند.",
        "footer": f"صادرکننده: {claims.issuer}",
        "digest": digest_of(written(claims)),
        "digits": [persian_digits(str(number)) for number in range(10)],
    }


def _heads(claims: Claims) -> list[dict[str, Any]]:
    heads = [
        ("شناسه", serial_in_groups(claims.serial), True),
        ("صدور", jalali_moment(claims.issued_at), False),
        ("اعتبار تا", jalali_moment(claims.valid_until), False),
    ]
    heads += [("برای", _numbers_in_order(claims.purpose), False)] if claims.purpose else []
    heads += [("تنها برای دستگاه", claims.redeemer, True)] if claims.redeemer else []
    return [{"label": label, "value": value, "latin": latin} for label, value, latin in heads]


def _text(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and name not in _IDENTIFIERS:
        return persian_digits(f"{value:,}".replace(",", "٬"))
    if name in _DATES and isinstance(value, str):
        return persian_digits(value.replace("-", "/"))
    return _numbers_in_order(persian_digits(value_in_words(value).fa))


def _numbers_in_order(text: str) -> str:
    """After Persian letters, 12-34 would be set as 34-12: hyphens do not hold numbers together. Isolated, they stay."""
    return _WITH_HYPHENS.sub("\u2066\\g<0>\u2069", text)


def jalali_moment(seconds: int) -> str:
    """In Tehran's time: ۱۴۰۵/۰۹/۰۵ ساعت ۰۸:۳۰."""
    there = datetime.datetime.fromtimestamp(seconds, TEHRAN)
    day = jdatetime.date.fromgregorian(date=there.date())
    return persian_digits(f"{day.year:04}/{day.month:02}/{day.day:02} ساعت {there:%H:%M}")


def serial_in_groups(serial: str) -> str:
    return "-".join(serial[start : start + 4] for start in range(0, len(serial), 4))
