"""The issuer's keys: what they sign, what they publish, and what outlives a rotation."""

import orjson
import pytest
from joserfc.jwk import ECKey, OKPKey

from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import IssuerKeys, TrustedKeys, new_key
from gateway.loading.keyring import Keyring
from tests.certificates.issued import Issued


def test_certificates_of_before_verify_after_the_keys_were_rotated_and_new_ones_too() -> None:
    old_key, new = new_key(), new_key()
    before = Issued(keys=IssuerKeys([old_key]))
    after = Issued(keys=IssuerKeys([new, ECKey.import_key(old_key.as_dict(private=False))]))
    for name, document in before.faces.items():
        assert after.verdict(document).good, name
    assert {key["kid"] for key in after.keys.published()["keys"]} == {old_key.thumbprint(), new.thumbprint()}
    assert after.verdict(after.faces["code"]).signer == new.thumbprint()
    assert before.verdict(after.faces["code"]).reason is Reason.UNKNOWN_KEY


def test_what_is_published_has_no_private_part() -> None:
    for key in IssuerKeys([new_key(), new_key()]).published()["keys"]:
        assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_keys_derived_from_the_master_key_are_the_same_on_all_replicas_and_rotate_with_it() -> None:
    one, two = Keyring(b"a" * 32), Keyring(b"b" * 32)
    assert IssuerKeys.derived(one).published() == IssuerKeys.derived(one).published()
    rotated = IssuerKeys.derived(two, [one])
    assert rotated.published()["keys"][1] == IssuerKeys.derived(one).published()["keys"][0]
    assert rotated.current.thumbprint() != IssuerKeys.derived(one).current.thumbprint()


def test_keys_come_from_a_key_set_whose_first_signs() -> None:
    first, retired = new_key(), new_key()
    text = orjson.dumps({"keys": [first.as_dict(private=True), retired.as_dict(private=False)]})
    keys = IssuerKeys.of_jwks(text)
    assert keys.current.thumbprint() == first.thumbprint()
    assert len(TrustedKeys.of_jwks(keys.published())) == 2


@pytest.mark.parametrize(
    "keys",
    [
        b"no json",
        b"[]",
        b'{"keys": []}',
        orjson.dumps({"keys": [new_key().as_dict(private=False)]}),
        orjson.dumps({"keys": [ECKey.generate_key("P-384").as_dict(private=True)]}),
        orjson.dumps({"keys": [OKPKey.generate_key("Ed25519").as_dict(private=True)]}),
    ],
)
def test_what_cannot_sign_is_refused_with_a_sentence(keys: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        IssuerKeys.of_jwks(keys)


def test_a_token_of_one_type_is_not_taken_for_another() -> None:
    keys = IssuerKeys([new_key()])
    trusted = TrustedKeys.of_jwks(keys.published())
    token = keys.sign("one+jwt", {"a": 1})
    assert trusted.opened(token, "one+jwt") == ({"a": 1}, keys.current.thumbprint())
    with pytest.raises(NotGood) as refused:
        trusted.opened(token, "two+jwt")
    assert refused.value.reason is Reason.MALFORMED


def test_printing_keys_shows_their_names_alone() -> None:
    keys = IssuerKeys([new_key()])
    assert repr(keys) == f"IssuerKeys({keys.current.thumbprint()})"
