"""The SMS gateway, JSON over HTTP Basic: docs/systems/sms.md."""

from adapters.sms.source import connect

__all__ = ["connect"]
