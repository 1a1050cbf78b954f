"""The other insurance funds, JSON over HTTP Basic: docs/systems/insurance_funds.md."""

from adapters.insurance_funds.source import connect

__all__ = ["connect"]
