"""The branches' counter (کارتابل شعب), which takes requests as case files: docs/systems/branch_counter.md."""

from adapters.branch_counter.source import connect

__all__ = ["connect"]
