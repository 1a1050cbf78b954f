"""The twin's issuer as any OAuth2 client meets it; tokens are verified here by a library, not by the gateway."""

import secrets
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry

from tests.twin.conftest import Caller

KEY = ECKey.generate_key("P-256")


class Client:
    """Speaks to the issuer by what its metadata says."""

    def __init__(self, twin: Caller) -> None:
        self.http = twin.http
        self.said = twin.descriptor["issuer"]
        self.control = twin.descriptor["control"]

    async def token(self, whom: str, proof: str | None = None, **more: str) -> httpx.Response:
        form = {"grant_type": "urn:tamin:sandbox", "whom": whom, **more}
        return await self.http.post(self.said["token_url"], data=form, headers={"dpop": proof} if proof else {})

    async def claims(self, answer: httpx.Response) -> dict[str, Any]:
        """By the published keys."""
        published = KeySet.import_key_set((await self.http.get(self.said["jwks_url"])).json())
        token = jwt.decode(answer.raise_for_status().json()["access_token"], published, algorithms=["ES256"])
        assert token.header["typ"] == "at+jwt"
        return token.claims

    async def introspect(self, token: str, secret: str | None = None) -> httpx.Response:
        auth = (self.said["client_id"], secret or self.said["client_secret"])
        return await self.http.post(self.said["introspection_url"], data={"token": token}, auth=auth)

    def proof(self, **wrong: Any) -> str:
        claims = {"htm": "POST", "htu": self.said["token_url"], "iat": int(time.time()), "jti": secrets.token_hex(8)}
        public = {name: value for name, value in KEY.as_dict(private=False).items() if name != "kid"}
        return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": public}, claims | wrong, KEY, registry=_Long())


class _Long(JWSRegistry):
    max_header_length = 2_048

    def __init__(self) -> None:
        super().__init__(algorithms=["ES256"])


@pytest.fixture
def client(twin: Caller) -> Client:
    return Client(twin)


async def test_its_metadata_leads_to_all_it_offers(client: Client) -> None:
    metadata = (await client.http.get(client.said["url"] + "/.well-known/oauth-authorization-server")).json()
    assert metadata["issuer"] == client.said["url"]
    assert metadata["token_endpoint"] == client.said["token_url"]
    assert metadata["jwks_uri"] == client.said["jwks_url"]
    assert metadata["introspection_endpoint"] == client.said["introspection_url"]


@pytest.mark.parametrize(
    ("whom", "claims"),
    [
        ("citizen:sara", {"tamin_kind": "citizen", "sub": "0013542419"}),
        ("citizen:0013542419", {"tamin_kind": "citizen", "sub": "0013542419"}),
        ("employer:kaveh", {"tamin_kind": "employer", "tamin_workshops": ["0070012345@0070"]}),
        ("employer:0070012345", {"tamin_kind": "employer", "tamin_workshops": ["0070012345@0070"]}),
        ("employer:mina", {"tamin_kind": "employer", "tamin_workshops": []}),
        ("agency:court", {"tamin_kind": "agency", "client_id": "court", "sub": "court"}),
        ("developer", {"tamin_kind": "developer"}),
        ("operator", {"tamin_kind": "operator"}),
    ],
)
async def test_a_token_says_who_holds_it(client: Client, whom: str, claims: dict[str, Any]) -> None:
    said = await client.claims(await client.token(whom))
    assert claims.items() <= said.items()
    assert said["iss"] == client.said["url"]
    assert said["aud"] == client.said["audience"]
    assert said["exp"] - said["iat"] == 12 * 3600
    assert {"sub", "client_id", "jti"} <= said.keys()


@pytest.mark.parametrize(
    "whom", ["", "sara", "citizen:nobody", "citizen:0013542418", "agency:", "king:sara", "developer:x"]
)
async def test_nobody_else_gets_one(client: Client, whom: str) -> None:
    answer = await client.token(whom)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.json()["error_description"]


async def test_what_a_request_adds_stands_in_the_token(client: Client) -> None:
    answer = await client.token("agency:court", end_user="clerk", scope="identity", audience="urn:x", expires_in="5")
    said = await client.claims(answer)
    assert (said["tamin_end_user"], said["scope"], said["aud"]) == ("clerk", "identity", "urn:x")
    assert said["exp"] - said["iat"] == answer.json()["expires_in"] == 5


async def test_a_proof_binds_the_token_to_its_key(client: Client) -> None:
    answer = await client.token("agency:court", client.proof())
    assert answer.json()["token_type"] == "DPoP"
    assert (await client.claims(answer))["cnf"] == {"jkt": KEY.thumbprint()}


@pytest.mark.parametrize(
    "wrong", [{"htm": "GET"}, {"htu": "http://x/"}, {"iat": 0}, {"iat": None}, {"jti": None}], ids=str
)
async def test_a_wrong_proof_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    answer = await client.token("agency:court", client.proof(**wrong))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


async def test_a_proof_serves_once(client: Client) -> None:
    proof = client.proof()
    assert (await client.token("agency:court", proof)).status_code == 200
    assert (await client.token("agency:court", proof)).json()["error"] == "invalid_dpop_proof"


async def test_a_certificate_binds_it_too(client: Client) -> None:
    said = await client.claims(await client.token("agency:court", certificate="a" * 43))
    assert said["cnf"] == {"x5t#S256": "a" * 43}


async def test_another_grant_is_refused(client: Client) -> None:
    answer = await client.token("citizen:sara", grant_type="client_credentials")
    assert answer.json()["error"] == "unsupported_grant_type"


async def test_an_opaque_token_is_known_to_introspection_until_it_is_revoked(client: Client) -> None:
    token = (await client.token("citizen:sara", opaque="1")).json()["access_token"]
    assert "." not in token
    said = (await client.introspect(token)).json()
    assert (said["active"], said["sub"], said["aud"]) == (True, "0013542419", client.said["audience"])
    await client.http.post(client.said["url"] + "/revoke", data={"token": token})
    assert (await client.introspect(token)).json() == {"active": False}
    assert (await client.introspect("invented")).json() == {"active": False}
    assert (await client.introspect(token, "wrong")).status_code == 401


async def test_a_new_key_is_published_beside_the_old_ones_unless_they_are_forgotten(client: Client) -> None:
    old = await client.token("developer")
    await client.http.post(client.control + "/_twin/issuer/rotate")
    new = await client.token("developer")
    assert await client.claims(old)
    assert await client.claims(new)
    await client.http.post(client.control + "/_twin/issuer/rotate?forget=1")
    assert len((await client.http.get(client.said["jwks_url"])).json()["keys"]) == 1
    with pytest.raises(InvalidKeyIdError):
        await client.claims(old)


async def test_no_private_key_is_published(client: Client) -> None:
    [key] = (await client.http.get(client.said["jwks_url"])).json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
