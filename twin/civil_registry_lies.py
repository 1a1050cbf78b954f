"""What a lying registry answers; `faults.LIES` has the list."""

import base64

from starlette.responses import Response

from twin import civil_registry_wire as wire
from twin.photo import photo
from twin.trouble import flood, html_page, truncated
from twin.world import Person

XML = "text/xml; charset=utf-8"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "tamin tamin tamin tamin tamin">'
    + b"".join(b'<!ENTITY %c "%b">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k")))
    + b"]>"
)
FILE = b'<?xml version="1.0"?><!DOCTYPE file [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


def lie(how: str, asked: wire.Question, person: Person | None, somebody_else: Person) -> Response:
    """`person` is who was asked for, if there is one: the lies about names and dates then hang on their record."""
    truth = wire.record(person or somebody_else)
    match how:
        case "another_person":
            return _said(asked, wire.record(somebody_else), somebody_else)
        case "truncated":
            return truncated(bytes(_said(asked, truth, person).body), XML)
        case "entity_bomb":
            return _with_entity(BOMB, b"&j;", asked, truth)
        case "external_entity":
            return _with_entity(FILE, b"&j;", asked, truth)
        case "soap_fault":
            return Response(wire.fault("Server", "Transport error: backend of the bus"), 500, media_type=XML)
        case "html":
            return html_page()
        case "wrong_encoding":
            text = base64.b64encode(
                wire.legacy_spelling((person or somebody_else).first_name).encode("cp1256")
            ).decode()
            return _said(asked, [(tag, text if tag == "name" else said) for tag, said in truth], person)
        case "not_base64":
            return _said(asked, [(tag, "*****" if tag == "name" else said) for tag, said in truth], person)
        case "month_13":
            return _said(asked, [(tag, "13601305" if tag == "birthDate" else said) for tag, said in truth], person)
        case "endless":
            return flood(b"<soapenv:Envelope xmlns:soapenv='" + wire.SOAP.encode() + b"'>", b"<a></a>", XML)
    raise AssertionError(how)


def _said(asked: wire.Question, result: wire.Elements, person: Person | None) -> Response:
    if asked.operation == "getEstelam3":
        return Response(wire.estelam3(result), media_type=XML)
    return Response(wire.estelam_c(result, photo(person.code if person else "")), media_type=XML)


def _with_entity(document_type: bytes, entity: bytes, asked: wire.Question, truth: wire.Elements) -> Response:
    _, _, envelope = bytes(_said(asked, truth, None).body).partition(b"?>")
    return Response(document_type + envelope.replace(b"<name>", b"<name>" + entity), media_type=XML)
