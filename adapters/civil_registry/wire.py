"""EstelamResult3 and its photo variant as they travel: every element as its text, None where it is left out or nil."""

import msgspec
from lxml import etree

from adapters.outbound.soap import child_named
from gateway.domain.identifiers import NationalId

NAMESPACE = "http://est"
PERSON_OPERATION = "getEstelam3"
PHOTO_OPERATION = "getEstelamC"
_QUESTION = (
    b'<est:%(operation)s xmlns:est="http://est"><arg4><nin>%(nin)d</nin><birthDate>0</birthDate></arg4>'
    b"</est:%(operation)s>"
)


class PersonOnTheWire(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers are digits; name, family, fatherName, officeName and shenasnameSeri are base64 of UTF-8."""

    nin: str | None = None
    name: str | None = None
    family: str | None = None
    father_name: str | None = None
    office_name: str | None = None
    shenasname_seri: str | None = None
    birth_date: str | None = None
    death_status: str | None = None
    death_date: str | None = None
    gender: str | None = None
    shenasname_no: str | None = None
    shenasname_serial: str | None = None
    messages: tuple[str, ...] = ()


class PhotoOnTheWire(msgspec.Struct, frozen=True, kw_only=True):
    """The picture in base64, the persons it comes with, and the messages beside them."""

    persons: tuple[PersonOnTheWire, ...] = ()
    image: str | None = None
    messages: tuple[str, ...] = ()


def question(operation: str, person: NationalId) -> bytes:
    """The operation's element. `nin` travels as a long; birthDate 0 means any."""
    return _QUESTION % {b"operation": operation.encode("ascii"), b"nin": int(person.digits)}


def returned(content: etree._Element, operation: str) -> etree._Element | None:
    """The `return` element of the operation's answer; None where this is an answer to something else."""
    if content.tag != f"{{{NAMESPACE}}}{operation}Response":
        return None
    return child_named(content, "return")


def person_on_the_wire(element: etree._Element) -> PersonOnTheWire:
    said: dict[str, str] = {}
    for child in element:  # the first of a name counts
        said.setdefault(child.tag, child.text or "")
    return PersonOnTheWire(
        nin=said.get("nin"),
        name=said.get("name"),
        family=said.get("family"),
        father_name=said.get("fatherName"),
        office_name=said.get("officeName"),
        shenasname_seri=said.get("shenasnameSeri"),
        birth_date=said.get("birthDate"),
        death_status=said.get("deathStatus"),
        death_date=said.get("deathDate"),
        gender=said.get("gender"),
        shenasname_no=said.get("shenasnameNo"),
        shenasname_serial=said.get("shenasnameSerial"),
        messages=_messages(element) if "message" in said else (),
    )


def photo_on_the_wire(element: etree._Element) -> PhotoOnTheWire:
    return PhotoOnTheWire(
        persons=tuple(person_on_the_wire(person) for person in element.findall("estelamResult3")),
        image=element.findtext("imageResult"),
        messages=_messages(element),
    )


def _messages(element: etree._Element) -> tuple[str, ...]:
    texts = ((message.text or "").strip() for message in element.findall("message"))
    return tuple(text for text in texts if text)
