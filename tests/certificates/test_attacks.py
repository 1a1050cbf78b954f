"""Whatever is done to a certificate, it is refused, with its reason. Each attack is tried on all three faces."""

import base64
import hmac
import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws

from gateway.certificates.claims import base64url, from_base64url
from gateway.certificates.refusals import Reason
from gateway.certificates.signing import IssuerKeys, TrustedKeys, new_key
from gateway.certificates.status_list import Status, StatusList
from gateway.certificates.verifying import Asked, Trust
from tests.certificates.issued import DAY, ISSUER, Issued, claims_of

FACES = ["pdf", "credential", "code"]
TOKENS = ["credential", "code"]


def test_untouched_every_face_is_good_and_says_the_same(issued: Issued) -> None:
    for name, document in issued.faces.items():
        verdict = issued.verdict(document)
        assert verdict.good, (name, verdict.reason)
        assert verdict.digest == issued.certificate.digest
        assert verdict.claims["outcome"] == "ACTIVE"
        assert verdict.claims["subject"]["lastName"] == "رضایی"
        assert verdict.status_as_of is not None


@pytest.mark.parametrize("face", TOKENS)
def test_no_single_bit_of_a_token_can_be_another(issued: Issued, face: str) -> None:
    document = issued.faces[face]
    for position in range(0, len(document), 1 if len(document) < 1_000 else 2):
        flipped = bytearray(document)
        flipped[position] ^= 1 << position % 7  # within ASCII
        assert not issued.verdict(bytes(flipped)).good, position


def test_no_single_bit_of_a_signed_pdf_can_be_another(issued: Issued) -> None:
    """All of the signature's own place, where lenient readers let bits pass; of the rest a sample."""
    pdf = issued.pdf
    begin = pdf.index(b"/Contents <") - 20
    dense = range(begin, begin + 2_000)
    drawn = random.Random(7)
    letters = range(ord("A"), ord("G"))
    flips = [(position, 5 if pdf[position] in letters else position % 5) for position in dense]  # 5: another case
    flips += [(drawn.randrange(len(pdf)), drawn.randrange(8)) for _ in range(300)]
    flips += [(position, position % 8) for position in range(len(pdf) - 300, len(pdf))]
    passed = []
    for position, bit in flips:
        flipped = bytearray(pdf)
        flipped[position] ^= 1 << bit
        if issued.verdict(bytes(flipped)).good:
            passed.append((position, bit))
    assert passed == []


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_no_certificate_gets_a_reason_and_no_exception(noise: bytes) -> None:
    for document in (noise, b"%PDF-1.7" + noise, noise + b"~", b"~".join([noise, noise])):
        assert not _ISSUED.verdict(document).good


_ISSUED = Issued()


@settings(deadline=None)
@given(st.data())
def test_a_certificate_cut_or_spliced_anywhere_gets_a_reason_and_no_exception(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([_ISSUED.faces["credential"], _ISSUED.faces["code"]]))
    one, two = sorted(data.draw(st.lists(st.integers(0, len(document)), min_size=2, max_size=2, unique=True)))
    assert not _ISSUED.verdict(document[:one] + document[two:]).good


@pytest.mark.parametrize("face", FACES)
def test_another_issuers_key_is_not_ours(issued: Issued, face: str) -> None:
    forged = Issued(keys=IssuerKeys([new_key()]))
    assert issued.verdict(forged.faces[face]).reason is Reason.UNKNOWN_KEY


@pytest.mark.parametrize("face", TOKENS)
def test_another_key_under_the_name_of_ours_does_not_sign_for_us(issued: Issued, face: str) -> None:
    forged = Issued(keys=IssuerKeys([new_key()])).faces[face].decode()
    token, tilde, rest = forged.partition("~")
    _, payload, signature = token.split(".")
    ours = issued.faces[face].decode().split(".")[0]
    assert issued.verdict(f"{ours}.{payload}.{signature}{tilde}{rest}".encode()).reason is Reason.SIGNATURE


def changed(document: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The payload of a token written anew under the old signature."""
    token, tilde, rest = document.decode().partition("~")
    header, payload, signature = token.split(".")
    said = json.loads(from_base64url(payload))
    change(said)
    return f"{header}.{base64url(orjson.dumps(said))}.{signature}{tilde}{rest}".encode()


@pytest.mark.parametrize("face", TOKENS)
@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(exp=said["exp"] + 365 * DAY),
        lambda said: said.update(iat=said["iat"] + DAY),
        lambda said: said.update(iss="https://elsewhere.example"),
        lambda said: said.update(redeemer="court", rdm="court"),
        lambda said: said.update(sub={"nationalId": "3875194063"}, subject={"nationalId": "3875194063"}),
        lambda said: said.update(outcome="NO_LINK", out="NO_LINK"),
        lambda said: said["status"]["status_list"].update(idx=0),
        lambda said: said.pop("status"),
    ],
    ids=["later", "re-dated", "issuer", "re-targeted", "subject", "outcome", "another-state", "no-state"],
)
def test_what_is_written_anew_is_not_what_was_signed(
    issued: Issued, face: str, change: Callable[[dict[str, Any]], None]
) -> None:
    assert issued.verdict(changed(issued.faces[face], change)).reason is Reason.SIGNATURE


@pytest.mark.parametrize("face", TOKENS)
@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384", "RS256", "es256"])
def test_no_other_algorithm_is_taken_whatever_the_header_says(issued: Issued, face: str, algorithm: str) -> None:
    token, tilde, rest = issued.faces[face].decode().partition("~")
    header, payload, signature = token.split(".")
    swapped = base64url(orjson.dumps(json.loads(from_base64url(header)) | {"alg": algorithm}))
    for signed in (signature, ""):
        forged = f"{swapped}.{payload}.{signed}{tilde}{rest}"
        assert issued.verdict(forged.encode()).reason is Reason.ALGORITHM


def test_the_public_key_is_no_shared_secret(issued: Issued) -> None:
    """The classic confusion: HS256 with the public key, which everybody has, as the secret."""
    header, payload, _ = issued.faces["code"].decode().split(".")
    swapped = base64url(orjson.dumps(json.loads(from_base64url(header)) | {"alg": "HS256"}))
    signing_input = f"{swapped}.{payload}"
    signature = hmac.digest(issued.keys.current.as_pem(private=False), signing_input.encode(), "sha256")
    assert issued.verdict(f"{signing_input}.{base64url(signature)}".encode()).reason is Reason.ALGORITHM


@pytest.mark.parametrize("face", TOKENS)
def test_a_key_that_comes_with_the_token_proves_nothing(issued: Issued, face: str) -> None:
    token, tilde, rest = issued.faces[face].decode().partition("~")
    own = new_key()
    header = json.loads(from_base64url(token.split(".")[0])) | {"jwk": own.as_dict(private=False)}
    forged = jws.serialize_compact(header, from_base64url(token.split(".")[1]), own, algorithms=["ES256"])
    assert issued.verdict(f"{forged}{tilde}{rest}".encode()).reason is Reason.MALFORMED


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (-3_600, Reason.NOT_YET_VALID),
        (-30, None),  # clocks differ
        (90 * DAY - 1, Reason.STATUS_UNKNOWN),
        (90 * DAY, Reason.EXPIRED),
        (10_000 * DAY, Reason.EXPIRED),
    ],
)
def test_it_is_good_from_its_issue_until_its_end(
    issued: Issued, face: str, after: int, expected: Reason | None
) -> None:
    assert issued.verdict(issued.faces[face], after=after).reason is expected


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("status", "reason"),
    [(Status.INVALID, Reason.REVOKED), (Status.SUSPENDED, Reason.REVOKED), (Status.SUPERSEDED, Reason.SUPERSEDED)],
)
def test_a_revoked_or_replaced_one_is_refused_as_of_the_list_that_the_verifier_keeps(
    issued: Issued, face: str, status: Status, reason: Reason
) -> None:
    keys = TrustedKeys.of_jwks(issued.keys.published())
    before = StatusList.opened(issued.list_at(0), keys)
    ended = Issued(keys=issued.keys, statuses={4711: status, 4712: Status.VALID})
    after = StatusList.opened(ended.list_at(DAY), keys)
    document = issued.faces[face]
    assert issued.verdict(document, trust=Trust(keys, ISSUER, [before])).good
    assert issued.verdict(document, trust=Trust(keys, ISSUER, [before, after])).reason is reason
    assert issued.verdict(document, trust=Trust(keys, ISSUER, [after, before])).reason is reason
    aged = issued.verdict(document, trust=Trust(keys, ISSUER, [after]), after=30 * DAY)
    assert aged.reason is reason, "a list that is too old still says who was revoked"


@pytest.mark.parametrize("face", FACES)
def test_without_a_fresh_list_whether_it_was_revoked_is_not_known_and_said(issued: Issued, face: str) -> None:
    keys = TrustedKeys.of_jwks(issued.keys.published())
    document = issued.faces[face]
    assert issued.verdict(document, trust=Trust(keys, ISSUER)).reason is Reason.STATUS_UNKNOWN
    assert issued.verdict(document, after=8 * DAY).reason is Reason.STATUS_UNKNOWN
    unasked = issued.verdict(document, trust=Trust(keys, ISSUER), asked=Asked(status=False))
    assert unasked.good
    assert unasked.status_as_of is None


@pytest.mark.parametrize("face", FACES)
def test_one_made_out_to_an_agency_is_refused_by_every_other(issued: Issued, face: str) -> None:
    for_court = Issued(claims=claims_of(redeemer="court"), keys=issued.keys)
    document = for_court.faces[face]
    assert issued.verdict(document, asked=Asked(redeemer="court")).good
    assert issued.verdict(document, asked=Asked(redeemer="relief")).reason is Reason.REDEEMER
    assert issued.verdict(issued.faces[face], asked=Asked(redeemer="relief")).good, "made out to anyone"


@pytest.mark.parametrize("face", FACES)
def test_one_that_names_another_issuer_is_refused_though_our_key_signed_it(issued: Issued, face: str) -> None:
    elsewhere = Issued(claims=claims_of(issuer="https://elsewhere.example"), keys=issued.keys)
    assert issued.verdict(elsewhere.faces[face]).reason is Reason.ISSUER


def test_a_pdf_without_a_signature_is_refused_though_its_code_is_good(issued: Issued) -> None:
    assert issued.verdict(issued.page).reason is Reason.PDF_UNSIGNED


def test_what_is_added_to_a_signed_pdf_breaks_it(issued: Issued) -> None:
    for added in (b"\n", b"%%EOF\n", issued.pdf[-600:]):
        assert issued.verdict(issued.pdf + added).reason is Reason.PDF_CHANGED
    assert issued.verdict(issued.pdf[:-1]).reason is Reason.PDF_CHANGED


def test_the_code_of_another_certificate_on_the_paper_is_found_out(issued: Issued) -> None:
    """Signed by us, both of them: the digest tells."""
    other = Issued(claims=claims_of(outcome="NO_LINK", serial="2222333344445555"), keys=issued.keys)
    swapped = Issued(claims=issued.claims, keys=issued.keys)
    swapped.__dict__["certificate"] = msgspec.structs.replace(issued.certificate, code=other.certificate.code)
    assert issued.verdict(swapped.pdf).reason is Reason.DIGEST


def test_a_credential_signed_with_a_wrong_digest_is_refused(issued: Issued) -> None:
    token, *rest = issued.certificate.credential.split("~")
    said = json.loads(from_base64url(token.split(".")[1])) | {"digest": "A" * 43}
    forged = "~".join([issued.keys.sign("dc+sd-jwt", said), *rest])
    assert issued.verdict(forged.encode()).reason is Reason.DIGEST


@pytest.mark.parametrize("face", TOKENS)
def test_the_same_signature_spelt_otherwise_is_a_changed_token(issued: Issued, face: str) -> None:
    token, tilde, rest = issued.faces[face].decode().partition("~")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters[letters.index(token[-1]) ^ 1]  # of 86 characters the last has four bits that say nothing
    assert base64.urlsafe_b64decode(token.split(".")[2] + "==") == base64.urlsafe_b64decode(
        token.split(".")[2][:-1] + last + "=="
    )
    assert not issued.verdict(f"{token[:-1]}{last}{tilde}{rest}".encode()).good
