"""The HTML of /verify: Persian first, English by a link; no script, one style."""

import base64
import datetime
import enum
import hashlib
from collections.abc import Callable
from html import escape

from gateway.certificates.pdf import jalali_moment, serial_in_groups
from gateway.certificates.wording import FACTS, KINDS, OUTCOMES, SOURCES, SUBJECT, value_in_words
from gateway.domain.access import Wording
from gateway.domain.certificate import Certificate
from gateway.domain.text import persian_digits

STYLE = """
body{margin:0 auto;max-width:44rem;padding:1rem;color:#111;background:#fff;line-height:1.8;
font-family:Vazirmatn,Tahoma,"Segoe UI",sans-serif}
h1{color:#12343b;font-size:1.5rem}
h2{font-size:1.2rem;border-radius:.4rem;padding:.6rem 1rem}
label{display:block;margin-top:.8rem;font-weight:600}
input{font:inherit;width:100%;box-sizing:border-box;border:1px solid #4d6165;border-radius:.3rem;padding:.5rem;
direction:ltr;text-align:start}
button{font:inherit;margin-top:1rem;background:#12343b;color:#fff;border:0;border-radius:.3rem;padding:.6rem 1.6rem}
a{color:#0b4f8a}
:focus-visible{outline:3px solid #b35900;outline-offset:2px}
.bad{background:#fbe0de;color:#7a100a;border-radius:.4rem;padding:.6rem 1rem}
.good{background:#dff2e3;color:#0b4a1c}
table{width:100%;border-collapse:collapse}
caption{text-align:start;font-weight:700;padding:.6rem 0}
th,td{text-align:start;border-bottom:1px solid #c8d3d2;padding:.45rem;vertical-align:top;overflow-wrap:anywhere}
th{width:36%}
"""
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Trouble(enum.Enum):
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"
    AWAY = "AWAY"


_TROUBLES = {
    Trouble.REFUSED: Wording(
        fa="با این شناسه و رمز گواهی‌ای نیست، یا رمز به پایان رسیده است. آن‌ها را دوباره ببینید یا از دارندهٔ گواهی "
        "رمز تازه بخواهید.",
        en="There is no certificate with this serial and passcode, or the passcode is used up. Look at them again, or "
        "ask the holder for a new passcode.",
    ),
    Trouble.CLOSED: Wording(
        fa="رمزهای نادرست زیاد بود، یا اکنون نمی‌توان آن‌ها را شمرد. {minutes} دقیقه دیگر دوباره بیازمایید.",
        en="There were too many wrong passcodes, or they cannot be counted now. Try again in {minutes} minutes.",
    ),
    Trouble.AWAY: Wording(
        fa="اکنون نمی‌توان گواهی‌ها را خواند. کمی دیگر دوباره بیازمایید.",
        en="Certificates cannot be read now. Try again in a moment.",
    ),
}

_WORDS = {
    name: Wording(fa=fa, en=en)
    for name, (fa, en) in {
        "title": ("بررسی گواهی", "Verify a certificate"),
        "lead": (
            "شناسه‌ای که روی گواهی چاپ شده و رمزی را که دارندهٔ گواهی به شما داده است بنویسید.",
            "Enter the serial that is printed on the certificate, and the passcode that its holder gave you.",
        ),
        "told": (
            "هر بار دیدن گواهی از شمار رمز می‌کاهد و به دارندهٔ آن نشان داده می‌شود.",
            "Each view uses one of the passcode's counts, and is shown to the holder.",
        ),
        "serial": ("شناسهٔ گواهی", "Serial"),
        "passcode": ("رمز", "Passcode"),
        "send": ("بررسی", "Verify"),
        "good": ("این گواهی درست است", "This certificate is good"),
        "outcome": ("نتیجه", "Outcome"),
        "issuer": ("صادرکننده", "Issuer"),
        "issued": ("زمان صدور", "Issued"),
        "until": ("اعتبار تا", "Valid until"),
        "purpose": ("برای", "Purpose"),
        "seen": ("زمان این بررسی", "Verified at"),
        "digest": ("چکیده (SHA-256)", "Digest (SHA-256)"),
        "again": ("بررسی گواهی دیگر", "Verify another certificate"),
        "other": ("English", "فارسی"),
        "offline": ("صفحهٔ بررسی بدون شبکه", "The page that verifies offline"),
    }.items()
}


def form(language: str, trouble: Trouble | None = None, *, serial: str = "", minutes: int = 0) -> str:
    say = _sayer(language)
    told = ""
    described = ""
    if trouble is not None:
        number = persian_digits(str(minutes)) if language == "fa" else str(minutes)
        sentence = escape(_in(language, _TROUBLES[trouble]).format(minutes=number))
        told = f'<p class="bad" role="alert" id="trouble">{sentence}</p>'
        described = ' aria-describedby="trouble"'
    fields = "".join(
        f'<label for="{name}">{say(name)}</label>'
        f'<input id="{name}" name="{name}" required maxlength="60" autocomplete="off" autocapitalize="characters" '
        f'spellcheck="false" value="{escape(value)}"{described}>'
        for name, value in (("serial", serial), ("passcode", ""))
    )
    return _document(
        language,
        f"<h1>{say('title')}</h1>{told}<p>{say('lead')}</p><p>{say('told')}</p>"
        f'<form method="post" action="/verify?lang={language}">{fields}'
        f'<button type="submit">{say("send")}</button></form>'
        f'<p><a href="/certificates/verifier.html">{say("offline")}</a></p>',
    )


def shown(language: str, certificate: Certificate, now: datetime.datetime) -> str:
    say = _sayer(language)
    claims = certificate.claims
    rows = [(say("outcome"), _in(language, OUTCOMES[claims.outcome]))]
    rows += [(_in(language, SUBJECT[name]), _digits(language, value)) for name, value in claims.subject.items()]
    for fact in claims.facts:
        source = f"{_in(language, SOURCES[fact.source])}، {_moment(language, fact.said_at)}"
        value = _digits(language, _in(language, value_in_words(fact.value)))
        rows.append(
            (_in(language, FACTS[fact.name]), f"{value} ({source if language == 'fa' else source.replace('،', ',')})")
        )
    rows += [(say("purpose"), claims.purpose)] if claims.purpose else []
    rows += [
        (say("issuer"), claims.issuer),
        (say("issued"), _moment(language, claims.issued_at)),
        (say("until"), _moment(language, claims.valid_until)),
        (say("serial"), serial_in_groups(claims.serial)),
        (say("digest"), certificate.digest),
        (say("seen"), _moment(language, int(now.timestamp()))),
    ]
    table = "".join(
        f'<tr><th scope="row">{label}</th><td><bdi>{escape(value)}</bdi></td></tr>' for label, value in rows
    )
    kind = escape(_in(language, KINDS[claims.kind.value]))
    return _document(
        language,
        f'<h1>{say("title")}</h1><h2 class="good">{say("good")}</h2>'
        f"<table><caption>{kind}</caption>{table}</table>"
        f'<p><a href="/verify?lang={language}">{say("again")}</a></p>',
    )


def _document(language: str, main: str) -> str:
    direction, other = ("rtl", "en") if language == "fa" else ("ltr", "fa")
    title = _in(language, _WORDS["title"])
    link = f'<a href="/verify?lang={other}" lang="{other}" hreflang="{other}">{_in(language, _WORDS["other"])}</a>'
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><header><nav>{link}</nav></header><main>{main}</main></body></html>"
    )


def _sayer(language: str) -> Callable[[str], str]:
    return lambda name: escape(_in(language, _WORDS[name]))


def _in(language: str, words: Wording) -> str:
    return words.fa if language == "fa" else words.en


def _digits(language: str, text: str) -> str:
    return persian_digits(text) if language == "fa" else text


def _moment(language: str, seconds: int) -> str:
    if language == "fa":
        return jalali_moment(seconds)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
