"""JSON that was written once for a record and a selection, and is put into later answers as it is."""

from collections.abc import Callable, MutableMapping
from typing import Any

import msgspec


class Fragment:
    """`json` as it stands in answers. `notes` are the host's: whatever it wants to know of the content again.

    Not a dataclass: the encoder would write one out, notes and all.
    """

    __slots__ = ("json", "notes")

    def __init__(self, json: msgspec.Raw) -> None:
        self.json = json
        self.notes: dict[Any, Any] = {}


# From a record to where its fragments are kept; None for a record that came by itself.
Remembering = Callable[[Any], MutableMapping[Any, Fragment] | None]
