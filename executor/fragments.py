"""JSON that was written once for a record and a selection, and is put into later answers as it is."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(slots=True, eq=False)
class Fragment:
    """`json` as it stands in answers. `notes` are the host's: whatever it wants to know of the content again."""

    json: msgspec.Raw
    notes: dict[Any, Any] = field(default_factory=dict)


# From a record to where its fragments are kept; None for a record that came by itself.
Remembering = Callable[[Any], MutableMapping[Any, Fragment] | None]
