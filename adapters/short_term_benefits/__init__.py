"""The central short-term-benefits system, which takes claims as case files: docs/systems/short_term_benefits.md."""

from adapters.short_term_benefits.source import connect

__all__ = ["connect"]
