"""Bank Refah's premium payments, JSON in signed requests: docs/systems/bank_refah.md."""

from adapters.bank_refah.source import connect

__all__ = ["connect"]
