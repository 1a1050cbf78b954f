"""Tells where the branches are: the part of the twin's own description that the sandbox's gateway is set up from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.branches.manners import MANNERS


def descriptor(url: Callable[[str], str], *, counted: bool) -> dict[str, Any]:
    """`url` makes the URL of `directory` or of a branch by its code."""
    return {
        "directory": url("directory"),
        "branches": {code: {"url": url(code), "encoding": manner.code_page.value} for code, manner in MANNERS.items()},
        "counted": counted,
    }
