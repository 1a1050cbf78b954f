"""What `tamin-gateway token` prints: a token alone, or the headers of one request with a proof."""

from joserfc.jwk import ECKey

from adapters.outbound.authority import Authority, open_authority
from gateway.sandbox.issuer import running_sandbox, state_folder, token_for
from gateway.sandbox.possession import kept_key, proof

NOTHING = b'{"query": "{ __typename }"}'


async def token_lines(
    whom: str, *, issuer: str | None = None, request: tuple[str, str] | None = None, nonce: str | None = None
) -> list[str]:
    """`request` is the method and URL that the headers are for. Without `nonce`, the server is asked for one.

    Tokens of agencies, and those with a proof, are bound to the key of this machine. Raises NoToken.
    """
    token_url = f"{issuer.rstrip('/')}/oauth2/token" if issuer else running_sandbox().token_url
    key = kept_key(state_folder()) if request or whom.startswith("agency:") else None
    async with open_authority() as authority:
        token = await token_for(whom, token_url, authority, key=key)
        if key is None or request is None:
            return [token]
        method, url = request
        nonce = nonce or await _nonce_of(url, token, key, authority)
    return [
        f"Authorization: DPoP {token}",
        f"DPoP: {proof(key, method.upper(), url, token=token, nonce=nonce)}",
    ]


async def _nonce_of(url: str, token: str, key: ECKey, authority: Authority) -> str | None:
    """What the server wants to see in proofs, learned from its refusal of one without; None where it wants nothing, or
    is no gateway that is up: then the headers are made all the same."""
    headers = {
        "content-type": "application/json",
        "authorization": f"DPoP {token}",
        "dpop": proof(key, "POST", url, token=token),
    }
    try:
        reply = await authority.post(url, NOTHING, headers)
    except OSError:
        return None
    wanted: str | None = reply.headers.get("dpop-nonce")
    return wanted
