"""SD-JWT: what the reference implementation (sd-jwt, by the authors of RFC 9901) reads and writes, so do we."""

import json
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from gateway.certificates import credential
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.sd_jwt import Presentation, bound, issued, presented, revealed, unproven
from gateway.certificates.signing import IssuerKeys, TrustedKeys, new_key
from gateway.certificates.verifying import Asked
from tests.certificates.issued import Issued

AUDIENCE, NONCE = "https://court.example", "n-0S6_WzA2Mj"


def oracle_key(private: dict[str, Any]) -> JWK:
    return JWK.from_json(json.dumps(private))


def test_the_reference_implementation_verifies_what_we_issue_and_reads_all_of_it(issued: Issued) -> None:
    key = oracle_key(issued.keys.current.as_dict(private=False))
    found = SDJWTVerifier(issued.certificate.credential, lambda *_: key).get_verified_payload()
    assert found["subject"]["firstName"] == "سارا"
    assert found["facts"]["branch"]["value"] == "0070"
    assert found["digest"] == issued.certificate.digest
    assert found["status"]["status_list"]["idx"] == 4711


def test_the_reference_implementation_verifies_our_holders_presentation_and_sees_only_what_is_shown() -> None:
    holder = new_key()
    issued = Issued(holder=holder)
    shown = presented(
        issued.certificate.credential,
        lambda path, name: (path, name) == (("facts",), "insuranceStatus"),
        holder=holder,
        audience=AUDIENCE,
        nonce=NONCE,
        at=1,
    )
    key = oracle_key(issued.keys.current.as_dict(private=False))
    found = SDJWTVerifier(shown, lambda *_: key, AUDIENCE, NONCE).get_verified_payload()
    assert found["facts"].keys() == {"insuranceStatus"}
    assert found["subject"] == {}
    assert "salt" not in found


def test_we_verify_the_holder_of_the_reference_implementation() -> None:
    holder = new_key()
    issued = Issued(holder=holder)
    theirs = SDJWTHolder(issued.certificate.credential)
    theirs.create_presentation(
        {"facts": {"branch": True}}, NONCE, AUDIENCE, oracle_key(holder.as_dict(private=True)), "ES256"
    )
    asked = Asked(audience=AUDIENCE, nonce=NONCE)
    verdict = issued.verdict(theirs.sd_jwt_presentation.encode(), asked=asked)
    assert verdict.good
    assert verdict.claims["facts"].keys() == {"branch"}


def test_we_read_what_the_reference_implementation_issues_arrays_and_nesting_included() -> None:
    keys = IssuerKeys([new_key()])
    claims = {
        SDObj("name"): "سارا",
        "address": {SDObj("city"): "تهران", "country": "IR"},
        "branches": [SDObj("0070"), "0012", SDObj("0033")],
        SDObj("deep"): {SDObj("deeper"): [SDObj(1)]},
        "iss": "x",
    }
    theirs = SDJWTIssuer(claims, oracle_key(keys.current.as_dict(private=True)), add_decoy_claims=True)
    presentation = Presentation.read(theirs.sd_jwt_issuance)
    found = revealed(unproven(presentation.token), presentation.disclosures).claims
    assert found == {
        "name": "سارا",
        "address": {"city": "تهران", "country": "IR"},
        "branches": ["0070", "0012", "0033"],
        "deep": {"deeper": [1]},
        "iss": "x",
    }
    hidden = revealed(unproven(presentation.token), [])
    assert hidden.claims["branches"] == ["0012"]
    assert hidden.hidden > 0


def test_the_holder_shows_one_fact_and_hides_the_rest_and_the_digest_of_all_gives_nothing_away() -> None:
    holder = new_key()
    issued = Issued(holder=holder)
    shown = presented(
        issued.certificate.credential,
        lambda path, name: name == "insuranceStatus",
        holder=holder,
        audience=AUDIENCE,
        nonce=NONCE,
        at=1,
    )
    verdict = issued.verdict(shown.encode(), asked=Asked(audience=AUDIENCE, nonce=NONCE))
    assert verdict.good
    assert verdict.claims["facts"].keys() == {"insuranceStatus"}
    assert verdict.claims["outcome"] == "ACTIVE", "what it certifies stands open"
    assert (verdict.digest, verdict.digest_held) == (issued.certificate.digest, False)
    assert verdict.hidden == len(issued.claims.facts) - 1 + len(issued.claims.subject) + 1
    for secret in ("0013542419", "سارا", issued.claims.salt):
        assert secret not in json.dumps(verdict.claims, ensure_ascii=False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(audience=AUDIENCE, nonce=NONCE), None),
        (Asked(audience="https://other.example", nonce=NONCE), Reason.HOLDER),
        (Asked(audience=AUDIENCE, nonce="another"), Reason.HOLDER),
    ],
)
def test_a_proof_is_good_for_whom_and_when_it_was_made(asked: Asked, expected: Reason | None) -> None:
    shown = presented(_BOUND.certificate.credential, _all, holder=_HOLDER, audience=AUDIENCE, nonce=NONCE, at=1)
    assert _BOUND.verdict(shown.encode(), asked=asked).reason is expected


_HOLDER = new_key()
_BOUND = Issued(holder=_HOLDER)


def _all(_path: tuple[str, ...], _name: str) -> bool:
    return True


def test_who_does_not_have_the_holders_key_can_show_nothing() -> None:
    thief = new_key()
    stolen = presented(_BOUND.certificate.credential, _all, holder=thief, audience=AUDIENCE, nonce=NONCE, at=1)
    assert _BOUND.verdict(stolen.encode()).reason is Reason.HOLDER
    assert _BOUND.verdict(_BOUND.certificate.credential.encode()).reason is Reason.HOLDER


def test_a_disclosure_stripped_from_a_presentation_breaks_the_holders_proof() -> None:
    shown = presented(_BOUND.certificate.credential, _all, holder=_HOLDER, audience=AUDIENCE, nonce=NONCE, at=1)
    parts = shown.split("~")
    for position in range(1, len(parts) - 1):
        stripped = "~".join(parts[:position] + parts[position + 1 :])
        assert _BOUND.verdict(stripped.encode()).reason is Reason.HOLDER


def test_a_fact_that_the_verifier_needs_and_that_was_stripped_is_missed(issued: Issued) -> None:
    token, *disclosures, _ = issued.certificate.credential.split("~")
    bare = "~".join([token, ""])
    assert disclosures
    assert issued.verdict(bare.encode()).good, "without a holder's key, hiding is anybody's right"
    needs = Asked(needs=frozenset({"facts.insuranceStatus"}))
    assert issued.verdict(bare.encode(), asked=needs).reason is Reason.DISCLOSURE_MISSING
    assert issued.verdict(issued.certificate.credential.encode(), asked=needs).good


def test_a_disclosure_that_the_issuer_did_not_sign_or_one_shown_twice_is_refused(issued: Issued) -> None:
    other = Issued().certificate.credential.split("~")[1]
    for added in (other, issued.certificate.credential.split("~")[1], "bm8gSlNPTg", "~"):
        forged = issued.certificate.credential + added + "~"
        assert issued.verdict(forged.encode()).reason in (Reason.DISCLOSURE, Reason.HOLDER)


@pytest.mark.parametrize("name", ["_sd", "...", "iss"])
def test_no_disclosure_takes_the_place_of_what_stands_open(name: str) -> None:
    keys = IssuerKeys([new_key()])
    token = issued({"iss": "x"}, {(): {name: "y"}}, lambda payload: keys.sign("t", payload))
    presentation = Presentation.read(token)
    with pytest.raises(NotGood) as refused:
        revealed(unproven(presentation.token), presentation.disclosures)
    assert refused.value.reason is Reason.DISCLOSURE


def test_a_hash_that_is_not_ours_is_not_computed() -> None:
    with pytest.raises(NotGood) as refused:
        revealed({"_sd_alg": "md5"}, [])
    assert refused.value.reason is Reason.ALGORITHM


def test_a_proof_signed_in_another_way_is_refused() -> None:
    shown = presented(_BOUND.certificate.credential, _all, holder=_HOLDER, audience=AUDIENCE, nonce=NONCE, at=1)
    presentation = Presentation.read(shown)
    assert presentation.binding is not None
    _, payload, signature = presentation.binding.split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoia2Irand0In0"  # {"alg":"none","typ":"kb+jwt"}
    forged = Presentation(presentation.token, presentation.disclosures, f"{none}.{payload}.{signature}")
    with pytest.raises(NotGood) as refused:
        bound(forged, _HOLDER.as_dict(private=False), audience=None, nonce=None)
    assert refused.value.reason is Reason.ALGORITHM


def test_the_credential_is_opened_into_the_canonical_claims(issued: Issued) -> None:
    keys = TrustedKeys.of_jwks(issued.keys.published())
    _, shown, _ = credential.opened(Presentation.read(issued.certificate.credential), keys)
    from gateway.certificates.claims import digest_of

    assert digest_of(shown.claims) == issued.certificate.digest
