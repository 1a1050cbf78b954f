"""The civil registry (ثبت احوال), one person a call over SOAP: docs/systems/civil_registry.md."""

from adapters.civil_registry.source import connect

__all__ = ["connect"]
