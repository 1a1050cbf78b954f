"""The Labour Ministry's unemployment cases, JSON under OAuth2: docs/systems/labour_ministry.md."""

from adapters.labour_ministry.source import connect

__all__ = ["connect"]
