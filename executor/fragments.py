"""JSON that was written once for a record and a selection, and is put into later answers as it is."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec


class Fragment:
    """`json` as it stands in answers. `notes` are the host's: whatever it wants to know of the content again.

    No dataclass: msgspec would write one as an object of its own.
    """

    __slots__ = ("json", "notes")

    def __init__(self, json: msgspec.Raw, notes: dict[Any, Any] | None = None) -> None:
        self.json = json
        self.notes: dict[Any, Any] = {} if notes is None else notes


class Kept(Protocol):
    """Where the fragments of a record are kept, by what was selected of it. It may keep fewer than it is given."""

    def get(self, key: Any, /) -> Fragment | None: ...

    def __setitem__(self, key: Any, fragment: Fragment, /) -> None: ...


# From a record to where its fragments are kept; None for a record that came by itself.
Remembering = Callable[[Any], Kept | None]
