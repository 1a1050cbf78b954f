"""The finance department's payment documents, JSON over HTTP Basic: docs/systems/finance.md."""

from adapters.finance.source import connect

__all__ = ["connect"]
