"""The bank's payment page, and what its form sends."""

import html
from urllib.parse import parse_qsl

import msgspec

from twin.bank_refah_payments import Payment

_PAGE = """\
<!DOCTYPE html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>بانک رفاه (آزمایشی)</title></head>
<body><h1>بانک رفاه (آزمایشی)</h1>
<form method="post" action="/pay">
{inputs}<button>پرداخت</button>
</form></body></html>
"""
_FIELDS = {
    "billIdentifier": "شناسه قبض",
    "paymentIdentifier": "شناسه پرداخت",
    "amount": "مبلغ (ریال)",
    "payer": "کد ملی",
}


def page(*values: str) -> str:
    rows = (
        f'<p><label>{title} <input name="{name}" value="{html.escape(value)}"></label></p>\n'
        for (name, title), value in zip(_FIELDS.items(), values, strict=True)
    )
    return _PAGE.format(inputs="".join(rows))


def payment_of(body: bytes, media_type: str) -> Payment:
    """From the form, or from JSON with the same fields. Raises ValueError."""
    if media_type.partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return msgspec.json.decode(body, type=Payment)
    fields: dict[str, object] = dict(parse_qsl(body.decode(), strict_parsing=True))
    return msgspec.convert(fields, Payment, strict=False)
