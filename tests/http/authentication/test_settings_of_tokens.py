"""Settings that would open a door are refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from gateway.http.authentication import Issuer, TokenSettings

GOOD = Issuer(issuer="https://a.example", jwks_url="https://a.example/jwks")
ASKED: dict[str, Any] = {"introspection_url": "https://a.example/i", "client_id": "us", "client_secret": SecretStr("s")}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "needs a jwks_url"),
        ({"jwks_url": "https://a.example/jwks", "jwks_file": Path("keys.json")}, "not both"),
        ({"jwks_url": "http://a.example/jwks"}, "by https"),
        ({"introspection_url": "https://a.example/i"}, "client_secret"),
        ({**ASKED, "introspection_url": "http://a.example/i"}, "by https"),
    ],
)
def test_an_issuer_that_cannot_be_trusted_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Issuer(issuer="https://a.example", **given)


def test_loopback_needs_no_tls() -> None:
    url = "http://127.0.0.1:1/jwks"
    assert Issuer(issuer="http://127.0.0.1:1", jwks_url=url).jwks_url == url


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"issuers": (), "audience": "x"}, "at least one issuer"),
        ({"issuers": (GOOD,), "audience": ""}, "audience is needed"),
        ({"issuers": (GOOD, GOOD), "audience": "x"}, "named twice"),
        (
            {"issuers": (Issuer(issuer="a", **ASKED), Issuer(issuer="b", **ASKED)), "audience": "x"},
            "only one issuer can have",
        ),
    ],
)
def test_settings_that_leave_a_door_open_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TokenSettings(**given)


def test_a_secret_is_not_printed() -> None:
    assert "s3cret" not in repr(Issuer(issuer="a", **ASKED | {"client_secret": SecretStr("s3cret")}))


def test_they_are_read_from_json() -> None:
    read = TypeAdapter(TokenSettings).validate_json(
        '{"audience": "x", "issuers": [{"issuer": "a", "jwks_file": "/keys.json", "kinds": ["AGENCY"]}]}'
    )
    assert read.issuers[0].jwks_file == Path("/keys.json")
    assert {kind.value for kind in read.issuers[0].kinds} == {"AGENCY"}
    with pytest.raises(ValidationError):
        TypeAdapter(TokenSettings).validate_json('{"audience": "x", "issuers": [{"issuer": "a", "kinds": ["KING"]}]}')
