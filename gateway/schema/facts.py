"""How the types of the graph read what resolvers return."""

from gateway.domain.lookup import Fact


def expression(cls: type, name: str) -> str:
    """What `read` does for records of a class, as Python over `{o}`."""
    if issubclass(cls, Fact):
        return "{o}.provenance" if name == "provenance" else f"{{o}}.value.{name}"
    return f"{{o}}.{name}"


def read(record: object, name: str) -> object:
    """An attribute of a record; of a fact, its provenance or an attribute of what the source said."""
    if isinstance(record, Fact):
        return record.provenance if name == "provenance" else getattr(record.value, name)
    return getattr(record, name)
