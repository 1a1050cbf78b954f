"""Bank Refah's premium payments, JSON in signed requests: docs/systems/bank_refah.md."""

from adapters.bank_refah.source import connect
from adapters.bank_refah.translate import file_from

__all__ = ["connect", "file_from"]
