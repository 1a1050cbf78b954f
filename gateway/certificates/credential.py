"""The SD-JWT VC face: which claims stand open in it, which the holder may hide, and how it is read back.

Open are what it is, its answer, its times, its state's place, and whom it is made out to: hiding those would make it
say more than it does. Everything about the person, and each fact, is hidden until it is shown.
"""

from collections.abc import Mapping
from typing import Any

from gateway.certificates.claims import digest_of, written
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.sd_jwt import Presentation, Revealed, issued, revealed
from gateway.certificates.signing import IssuerKeys, TrustedKeys
from gateway.certificates.status_list import StatusReference
from gateway.domain.certificate import Claims

TYPE = "dc+sd-jwt"
_VCT = "urn:tamin-gateway:certificate:"

# Names in the token, beside the canonical ones. Registered JWT claims where there are some.
_OPEN = {"serial": "jti", "issuedAt": "iat", "validUntil": "exp", "issuer": "iss"}
_AS_THEY_ARE = ("v", "outcome", "purpose", "redeemer")


def credential_of(
    claims: Claims, status: StatusReference, keys: IssuerKeys, holder: Mapping[str, Any] | None = None
) -> str:
    """`holder`: the public key (JWK) that presentations will have to be proven with; None binds it to nobody."""
    said = written(claims)
    open_claims: dict[str, Any] = {
        **{token: said[name] for name, token in _OPEN.items()},
        **{name: said[name] for name in _AS_THEY_ARE if name in said},
        "vct": _VCT + claims.kind.value,
        "digest": digest_of(said),
        "status": status.written(),
    }
    if holder is not None:
        open_claims["cnf"] = {"jwk": dict(holder)}
    hidden = {(): {"salt": said["salt"]}, ("subject",): said["subject"], ("facts",): said["facts"]}
    return issued(open_claims, hidden, lambda payload: keys.sign(TYPE, payload))


def opened(presentation: Presentation, keys: TrustedKeys) -> tuple[dict[str, Any], Revealed, str]:
    """The token's own claims, the certificate's as far as they are shown, and who signed. Raises NotGood."""
    payload, signer = keys.opened(presentation.token, TYPE)
    shown = revealed(payload, presentation.disclosures)
    claims = shown.claims
    kind = claims.get("vct")
    if not isinstance(kind, str) or not kind.startswith(_VCT):
        raise NotGood(Reason.MALFORMED)
    said = {name: claims[token] for name, token in _OPEN.items() if token in claims}
    said |= {name: claims[name] for name in (*_AS_THEY_ARE, "subject", "facts", "salt") if name in claims}
    said["kind"] = kind.removeprefix(_VCT)
    return payload, Revealed(said, shown.hidden), signer
