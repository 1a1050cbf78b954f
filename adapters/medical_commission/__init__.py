"""The medical commission's referral system, JSON over HTTP Basic: docs/systems/medical_commission.md."""

from adapters.medical_commission.source import connect

__all__ = ["connect"]
