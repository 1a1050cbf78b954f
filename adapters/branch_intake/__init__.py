"""Where branches take premium lists, JSON over HTTP Basic: docs/systems/branch_intake.md."""

from adapters.branch_intake.source import connect

__all__ = ["connect"]
