"""A person as the graph holds one: a key, about which nothing has been asked yet."""

from dataclasses import dataclass

from gateway.domain.identifiers import NationalId


@dataclass(frozen=True, slots=True)
class PersonKey:
    """`seen_as_dependent`: the caller's only right is through the supporter, to identity and insurance."""

    national_id: NationalId
    seen_as_dependent: bool = False
