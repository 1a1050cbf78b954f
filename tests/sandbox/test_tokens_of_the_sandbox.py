"""Tokens on a developer's machine: the command's lines, the page's route, and what is kept between runs."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws
from starlette.applications import Starlette

from adapters.outbound.authority import Authority, open_authority
from gateway.sandbox import (
    TOKEN_PATH,
    NoToken,
    Sandbox,
    announced,
    kept_key,
    proof,
    running_sandbox,
    token_lines,
    token_route,
)
from tests.http.issuing import Holder
from twin.issuer import Issuer
from twin.listener import listening


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("TAMIN_SANDBOX_STATE", str(folder))
    return folder


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    one = Issuer()
    async with listening(one.app) as listener:
        one.url = listener.url
        yield one


@pytest.fixture
async def authority() -> AsyncIterator[Authority]:
    async with open_authority(timeout=2) as opened:
        yield opened


def claims_in(token: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return said


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_token_stands_alone(issuer: Issuer) -> None:
    [token] = await token_lines("citizen:sara", issuer=issuer.url)
    assert claims_in(token)["sub"] == "0013542419"
    assert "cnf" not in claims_in(token)


async def test_an_agencys_token_is_bound_to_the_key_of_this_machine(issuer: Issuer, state: Path) -> None:
    [token] = await token_lines("agency:court", issuer=issuer.url + "/")
    assert claims_in(token)["cnf"] == {"jkt": kept_key(state).thumbprint()}
    assert mode_of(state / "agency.key") == 0o600
    assert mode_of(state) == 0o700


async def test_the_headers_of_a_request_carry_its_proof(issuer: Issuer, state: Path) -> None:
    request = ("post", "http://127.0.0.1:1/graphql?x=1#y")
    lines = await token_lines("citizen:sara", issuer=issuer.url, request=request, nonce="n")
    headers = dict(line.split(": ", 1) for line in lines)
    said = claims_in(headers["DPoP"])
    assert (said["htm"], said["htu"], said["nonce"]) == ("POST", "http://127.0.0.1:1/graphql", "n")
    token = headers["Authorization"].removeprefix("DPoP ")
    assert claims_in(token)["cnf"] == {"jkt": kept_key(state).thumbprint()}


async def test_without_a_server_to_ask_the_proof_has_no_nonce(issuer: Issuer) -> None:
    lines = await token_lines("agency:court", issuer=issuer.url, request=("POST", "http://127.0.0.1:1/graphql"))
    assert "nonce" not in claims_in(lines[1].removeprefix("DPoP: "))


async def test_without_a_running_sandbox_there_is_a_sentence(issuer: Issuer) -> None:
    with pytest.raises(NoToken, match="tamin-gateway dev"):
        await token_lines("citizen:sara")
    with pytest.raises(NoToken, match="tamin-gateway dev"):
        await token_lines("citizen:sara", issuer="http://127.0.0.1:1")
    with pytest.raises(NoToken, match="no such caller"):
        await token_lines("citizen:nobody", issuer=issuer.url)


async def test_the_running_sandbox_is_found_by_what_it_announced(issuer: Issuer, state: Path) -> None:
    with announced(Sandbox("http://127.0.0.1:8000", issuer.url + "/oauth2/token")):
        assert len(await token_lines("developer")) == 1
        assert mode_of(state / "sandbox.json") == 0o600
    with pytest.raises(NoToken):
        running_sandbox()


def test_of_two_sandboxes_the_last_counts_and_the_first_takes_nothing_with_it() -> None:
    first, last = Sandbox("http://127.0.0.1:1", "a"), Sandbox("http://127.0.0.1:2", "b")
    with announced(first):
        announcing = announced(last)
        announcing.__enter__()
    assert running_sandbox() == last
    announcing.__exit__(None, None, None)
    with pytest.raises(NoToken):
        running_sandbox()


def test_a_spoilt_announcement_is_none(state: Path) -> None:
    state.mkdir()
    (state / "sandbox.json").write_text("{")
    with pytest.raises(NoToken):
        running_sandbox()


def test_the_key_is_made_once(tmp_path: Path) -> None:
    assert kept_key(tmp_path).thumbprint() == kept_key(tmp_path).thumbprint()


class Browser:
    def __init__(self, token_url: str, authority: Authority) -> None:
        app = Starlette(routes=[token_route(token_url, authority)])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")

    async def ask(self, content: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.http.post(TOKEN_PATH, json=content, headers=headers)


async def test_the_page_gets_its_tokens_by_way_of_the_gateway(issuer: Issuer, authority: Authority) -> None:
    browser = Browser(issuer.url + "/oauth2/token", authority)
    answer = await browser.ask({"whom": "citizen:sara"})
    assert answer.headers["cache-control"] == "no-store"
    assert claims_in(answer.json()["access_token"])["tamin_kind"] == "citizen"


async def test_the_proof_of_the_page_reaches_the_issuer(issuer: Issuer, authority: Authority, tmp_path: Path) -> None:
    token_url = issuer.url + "/oauth2/token"
    key = kept_key(tmp_path)
    browser = Browser(token_url, authority)
    answer = await browser.ask({"whom": "agency:court"}, {"dpop": proof(key, "POST", token_url)})
    assert claims_in(answer.json()["access_token"])["cnf"] == {"jkt": key.thumbprint()}
    refused = await browser.ask({"whom": "agency:court"}, {"dpop": Holder().proof("x")})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")


@pytest.mark.parametrize("content", [{}, [], {"whom": 3}, {"whom": "king:sara"}], ids=str)
async def test_what_is_no_question_of_the_page_is_refused(issuer: Issuer, authority: Authority, content: Any) -> None:
    answer = await Browser(issuer.url + "/oauth2/token", authority).ask(content)
    assert answer.status_code == 400
    assert answer.json()["error_description"]


async def test_a_form_of_another_site_is_refused(issuer: Issuer, authority: Authority) -> None:
    browser = Browser(issuer.url + "/oauth2/token", authority)
    answer = await browser.http.post(TOKEN_PATH, content='{"whom": "operator"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_an_issuer_that_is_gone_is_told(authority: Authority) -> None:
    answer = await Browser("http://127.0.0.1:1/oauth2/token", authority).ask({"whom": "operator"})
    assert answer.status_code == 503
