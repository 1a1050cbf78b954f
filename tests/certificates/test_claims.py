"""The canonical form and its digest."""

import hashlib
import json

import msgspec
import pytest

from gateway.certificates.claims import base64url, canonical, digest_of, from_base64url, read, written
from gateway.certificates.refusals import NotGood
from tests.certificates.issued import claims_of


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    # The sample of RFC 8785, 3.2.2 and 3.2.3, without its numbers: we have whole ones alone.
    said = {
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "1": "One",
        "\U0001f600": "Smiley",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
    }
    names = list(json.loads(canonical(said)))
    assert names == ["\r", "1", "literals", "string", "\u20ac", "\U0001f600", "\ufb33"]
    assert b'"literals":[null,true,false]' in canonical(said)
    assert '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode() in canonical(said)


def test_the_digest_is_the_sha_256_of_the_canonical_form_whatever_the_order_of_its_names() -> None:
    said = written(claims_of())
    turned = dict(reversed(said.items())) | {"facts": dict(reversed(said["facts"].items()))}
    # JSON as any language writes it, sorted: the same bytes, since all names here are ASCII.
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert digest_of(said) == digest_of(turned) == base64url(hashlib.sha256(plain).digest())


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "NO_LINK"},
        {"issued_at": 1},
        {"valid_until": 2},
        {"redeemer": "court"},
        {"purpose": None},
        {"salt": "b3RoZXI"},
        {"subject": {"nationalId": "3875194063"}},
        {"facts": ()},
    ],
)
def test_whatever_is_said_otherwise_has_another_digest(change: dict[str, object]) -> None:
    assert digest_of(written(claims_of(**change))) != digest_of(written(claims_of()))


def test_what_was_written_is_read_as_it_was() -> None:
    claims = claims_of(redeemer="court")
    in_order = tuple(sorted(claims.facts, key=lambda fact: fact.name))
    assert read(json.loads(canonical(written(claims)))) == msgspec.structs.replace(claims, facts=in_order)


@pytest.mark.parametrize("said", [{}, {"v": 1}, written(claims_of()) | {"v": 2}, written(claims_of()) | {"more": 1}])
def test_what_is_no_whole_certificate_is_not_read(said: dict[str, object]) -> None:
    with pytest.raises(NotGood):
        read(said)


@pytest.mark.parametrize("text", ["A", "AA=", "AB", "A+", " AA", "AA\n"])
def test_bytes_have_one_spelling_and_no_other_is_read(text: str) -> None:
    assert from_base64url("AA") == b"\0"
    with pytest.raises(NotGood):
        from_base64url(text)
