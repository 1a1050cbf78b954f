"""Zeep, an independent SOAP client, says the same as our envelope and our reading of one."""

import pathlib
from types import SimpleNamespace

import pytest
import zeep
from lxml import etree

from adapters.civil_registry.wire import PERSON_OPERATION, person_on_the_wire, question, returned
from adapters.outbound.soap import content_of, envelope
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from tests.adapters.civil_registry.samples import SARA, answer, record


@pytest.fixture(scope="module")
def oracle() -> zeep.Client:
    return zeep.Client(  # type: ignore[no-untyped-call]
        str(pathlib.Path(__file__).with_name("registry.wsdl"))
    )


def test_our_question_is_the_one_that_zeep_would_ask(oracle: zeep.Client) -> None:
    asked = {"nin": int(SARA), "birthDate": 0}
    theirs = oracle.create_message(oracle.service, PERSON_OPERATION, arg4=asked)  # type: ignore[no-untyped-call]
    ours = etree.fromstring(envelope(question(PERSON_OPERATION, NationalId(SARA))))
    assert _plain(ours) == _plain(theirs)


def test_zeep_reads_an_answer_as_we_do(oracle: zeep.Client) -> None:
    body = answer(record()).encode()
    reply = SimpleNamespace(status_code=200, content=body, headers={"Content-Type": "text/xml"}, encoding="utf-8")
    operation = oracle.service._binding.get(PERSON_OPERATION)
    theirs = oracle.service._binding.process_reply(oracle, operation, reply)
    element = returned(content_of(Source.CIVIL_REGISTRY, body), PERSON_OPERATION)
    assert element is not None
    ours = person_on_the_wire(element)
    assert (ours.nin, ours.birth_date, ours.gender) == (str(theirs.nin), str(theirs.birthDate), str(theirs.gender))
    assert theirs.name.decode() == "سارا"


def _plain(element: etree._Element) -> object:
    return (element.tag, (element.text or "").strip(), [_plain(child) for child in element])
