"""What answers made of a remembered fact: its JSON by what was selected of it, kept beside the fact.

Whoever may see the fact is decided before it is asked for, and what of it is selected is the key: so a face never shows
more than its answer may. Age and freshness are in none: they change while the fact does not.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from executor import Fragment

MOST = 8  # selections of one fact
MOST_BYTES = 8 * 1024  # of each


class Face(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`notes` are what the record of what left reads of the JSON."""

    json: bytes
    notes: dict[str, str] = {}


class Faces:
    """Of one fact. `changed` is told when there is a new one to be kept, with what `tag` says of the fact."""

    __slots__ = ("_changed", "_fragments", "_kept", "tag")

    def __init__(self, kept: Mapping[str, Face], changed: "Callable[[Faces], None]", tag: Any) -> None:
        self._kept = kept
        self._changed = changed
        self._fragments: dict[str, Fragment] = {}
        self.tag = tag

    def get(self, key: str, /) -> Fragment | None:
        fragment = self._fragments.get(key)
        if fragment is None and (face := self._kept.get(key)) is not None:
            fragment = self._fragments[key] = Fragment(msgspec.Raw(face.json), face.notes)
        return fragment

    def __setitem__(self, key: str, fragment: Fragment, /) -> None:
        self._fragments[key] = fragment
        if len(bytes(fragment.json)) <= MOST_BYTES and len(self._kept) < MOST:
            self._changed(self)

    def of(self, part: str) -> "FacesOfPart":
        """The faces of a part of the fact, such as one page of it."""
        return FacesOfPart(self, part)

    def all(self) -> dict[str, Face]:
        new = {key: Face(bytes(fragment.json), fragment.notes) for key, fragment in self._fragments.items()}
        small = {key: face for key, face in new.items() if len(face.json) <= MOST_BYTES}
        return dict([*{**self._kept, **small}.items()][:MOST])


class FacesOfPart:
    __slots__ = ("_faces", "_part")

    def __init__(self, faces: Faces, part: str) -> None:
        self._faces, self._part = faces, part

    def get(self, key: str, /) -> Fragment | None:
        return self._faces.get(f"{self._part} {key}")

    def __setitem__(self, key: str, fragment: Fragment, /) -> None:
        self._faces[f"{self._part} {key}"] = fragment
