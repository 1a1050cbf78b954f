import pytest

from adapters.outbound.soap import content_of, envelope, parse
from gateway.domain.failure import Source, SourceFailure, SourceIncoherent, SourceRefusedUs, SourceUnavailable

REGISTRY = Source.CIVIL_REGISTRY
HEAD = '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
TAIL = "</soapenv:Body></soapenv:Envelope>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i else str()};" * 10}">' for i in range(9))
    + f"]>{HEAD}<x>&a8;</x>{TAIL}"
)


def failure_of(body: str | bytes) -> SourceFailure:
    with pytest.raises(SourceFailure) as failure:
        content_of(REGISTRY, body.encode() if isinstance(body, str) else body)
    assert failure.value.__cause__ is None
    return failure.value


def test_what_is_enveloped_is_found_again() -> None:
    content = content_of(REGISTRY, envelope("<a><b>سارا</b></a>".encode()))
    assert content.findtext("b") == "سارا"


@pytest.mark.parametrize(
    "body",
    [
        "",
        HEAD + "<x>",
        "<html><body><p>Service Unavailable</body></html>",
        "<html><body><p>Service Unavailable</p></body></html>",
        HEAD + TAIL,
        "<other>" + "</other>",
        BOMB,
        f'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">{HEAD}<x/>{TAIL}',
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}<x>&x;</x>{TAIL}',
        (HEAD + "<x>سارا</x>" + TAIL).encode("cp1256", errors="replace"),
        ('<?xml version="1.0" encoding="utf-16"?>' + BOMB[21:]).encode("utf-16"),
        "<a>" * 5000 + "</a>" * 5000,
        HEAD + "<x>\x00</x>" + TAIL,
    ],
    ids=[
        "nothing", "truncated", "broken HTML", "neat HTML", "no content", "another root", "entity bomb",
        "outer DTD", "a file as entity", "cp1256 called UTF-8", "a DTD hidden in UTF-16", "too deep", "a NUL byte",
    ],
)  # fmt: skip
def test_anything_but_a_plain_envelope_is_incoherent(body: str | bytes) -> None:
    assert isinstance(failure_of(body), SourceIncoherent)


def test_a_declared_legacy_encoding_changes_nothing() -> None:
    root = parse(REGISTRY, '<?xml version="1.0" encoding="windows-1256"?><a>سارا</a>'.encode())
    assert root.text == "سارا"


def test_a_fault_of_the_server_may_be_tried_again_and_its_words_stay_there() -> None:
    failure = failure_of(
        f"{HEAD}<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>0013542419</faultstring>"
        f"</soapenv:Fault>{TAIL}"
    )
    assert type(failure) is SourceUnavailable
    assert failure.retryable
    assert "0013542419" not in str(failure)


def test_a_fault_that_blames_the_client_is_our_fault() -> None:
    failure = failure_of(f"{HEAD}<soapenv:Fault><faultcode>soapenv:Client</faultcode></soapenv:Fault>{TAIL}")
    assert isinstance(failure, SourceRefusedUs)
