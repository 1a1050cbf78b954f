"""What a client meets: statuses, challenges, nonces and metadata, on a real socket."""

import re
from typing import Any

import httpx
import pytest

from gateway.http.authentication import Undecided, metadata_routes
from gateway.http.authentication.nonces import Nonces
from gateway.http.settings import HttpSettings
from tests.http.issuing import ISSUER as ISSUER_NAME
from tests.http.issuing import Holder, TestIssuer

QUERY = {"query": "{ count }"}


@pytest.fixture
def issuer() -> TestIssuer:
    return TestIssuer()  # the gateway under test reads the real clock


def challenges(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """Scheme -> parameters."""
    text = answer.headers["www-authenticate"]
    schemes = re.split(r"(?:^|, )(Bearer|DPoP) ", text)[1:]
    return {
        scheme: dict(re.findall(r'([a-z_]+)="([^"]*)"', parameters))
        for scheme, parameters in zip(schemes[::2], schemes[1::2], strict=True)
    }


async def test_without_a_token_both_schemes_are_offered_and_no_error_is_named(run: Any) -> None:
    async with run() as served:
        answer = await served.client.post("/graphql", json=QUERY)
        offered = challenges(answer)
        metadata = f"http://127.0.0.1:{served.port}/.well-known/oauth-protected-resource/graphql"
        assert answer.status_code == 401
        assert offered["Bearer"] == {"resource_metadata": metadata}
        assert offered["DPoP"].keys() == {"resource_metadata", "algs"}
        assert "none" not in offered["DPoP"]["algs"]
        assert "HS" not in offered["DPoP"]["algs"]


async def test_a_bad_token_is_named_invalid_in_both(run: Any) -> None:
    async with run() as served:
        answer = await served.client.post("/graphql", json=QUERY, headers={"authorization": "Bearer a.b.c"})
        assert {scheme: said["error"] for scheme, said in challenges(answer).items()} == {
            "Bearer": "invalid_token",
            "DPoP": "invalid_token",
        }


async def test_a_proof_without_a_nonce_is_sent_back_with_one_and_the_next_is_answered(
    run: Any, issuer: TestIssuer
) -> None:
    holder = Holder()
    token = issuer.token(tamin_kind="agency", sub="court", client_id="court", cnf={"jkt": holder.thumbprint})
    nonces = Nonces(b"k" * 32, issuer.clock, seconds=300)
    async with run(authenticator=issuer.authenticator(nonces=nonces)) as served:

        async def ask(**claims: Any) -> httpx.Response:
            proof = holder.proof(token, htu=served.url, **claims)
            headers = {"authorization": f"DPoP {token}", "dpop": proof}
            answer: httpx.Response = await served.client.post("/graphql?lang=fa", json=QUERY, headers=headers)
            return answer

        first = await ask()
        assert first.status_code == 401
        assert challenges(first)["DPoP"]["error"] == "use_dpop_nonce"
        assert "error" not in challenges(first)["Bearer"]
        second = await ask(nonce=first.headers["dpop-nonce"])
        assert second.json() == {"data": {"count": 1}}
        assert "dpop-nonce" not in second.headers


async def test_a_proof_is_for_the_origin_that_the_settings_name(run: Any, issuer: TestIssuer) -> None:
    holder = Holder()
    token = issuer.token(tamin_kind="agency", sub="court", client_id="court", cnf={"jkt": holder.thumbprint})
    settings = HttpSettings(origin="https://graph.example.ir")
    async with run(settings, authenticator=issuer.authenticator()) as served:
        for htu, status in ((served.url, 401), ("https://graph.example.ir/graphql", 200)):
            headers = {"authorization": f"DPoP {token}", "dpop": holder.proof(token, htu=htu)}
            assert (await served.client.post("/graphql", json=QUERY, headers=headers)).status_code == status


async def test_what_cannot_be_told_is_neither_yes_nor_no(run: Any) -> None:
    class Blind:
        async def authenticate(self, shown: Any) -> None:
            raise Undecided("no keys", retry_after=4.2)

    async with run(authenticator=Blind()) as served:
        answer = await served.post(QUERY)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "www-authenticate" not in answer.headers
        assert answer.json()["errors"][0]["extensions"] == {
            "code": "SOURCE_UNAVAILABLE",
            "retryable": True,
            "retryAfter": 5,
        }


@pytest.mark.parametrize("host", ['evil" , Bearer realm="x', "a\\b", "سارا"])
async def test_a_host_that_a_client_invents_cannot_leave_its_quotes(run: Any, host: str) -> None:
    async with run() as served:
        answer = await served.client.post("/graphql", json=QUERY, headers={"host": host.encode()})
        if answer.status_code == 401:
            assert challenges(answer).keys() == {"Bearer", "DPoP"}
            assert challenges(answer)["Bearer"].keys() == {"resource_metadata"}


@pytest.mark.parametrize("path", ["", "/graphql"])
async def test_the_metadata_names_the_resource_as_it_was_asked_for(run: Any, path: str) -> None:
    async with run(routes=tuple(metadata_routes([ISSUER_NAME], certificates=True))) as served:
        answer = await served.client.get(f"/.well-known/oauth-protected-resource{path}")
        said = answer.json()
        assert said["resource"] == f"http://127.0.0.1:{served.port}{path}"
        assert said["authorization_servers"] == [ISSUER_NAME]
        assert said["bearer_methods_supported"] == ["header"]
        assert said["tls_client_certificate_bound_access_tokens"] is True
        assert "ES256" in said["dpop_signing_alg_values_supported"]
