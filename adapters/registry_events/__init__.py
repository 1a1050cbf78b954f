"""The civil registry's event feed, JSON over HTTP Basic: docs/systems/registry_events.md."""

from adapters.registry_events.source import connect

__all__ = ["connect"]
