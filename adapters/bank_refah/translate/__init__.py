"""Turns Bank Refah's receipts into records. Knows nothing of HTTP."""

from adapters.bank_refah.translate.fields import BANK
from adapters.bank_refah.translate.payments import payments_by_payer
from adapters.bank_refah.translate.receipts import (
    call_from,
    confirmation_of,
    file_from,
    receipts_by_identifier,
    reversal_of,
)

__all__ = [
    "BANK",
    "call_from",
    "confirmation_of",
    "file_from",
    "payments_by_payer",
    "receipts_by_identifier",
    "reversal_of",
]
