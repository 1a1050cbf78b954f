"""The page as it leaves the gateway: its headers, its settings, and that it names no other host."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from gateway.http.graphiql import EXAMPLES, GraphiqlSettings, NamedPerson, page, static_routes


def html_of(settings: GraphiqlSettings) -> str:
    return bytes(page(settings).body).decode()


def told_in(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="settings"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


def policy_of(settings: GraphiqlSettings) -> dict[str, str]:
    policy = page(settings).headers["content-security-policy"]
    return dict(rule.split(" ", 1) for rule in policy.split("; "))


def test_the_page_admits_only_our_own_files_and_no_inline_script() -> None:
    policy = policy_of(GraphiqlSettings())
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in " ".join(policy.values())
    assert not re.search(r"https?:|\*", " ".join(policy.values()))


def test_each_page_has_a_nonce_of_its_own_and_it_is_the_one_in_its_policy() -> None:
    answers = [page(GraphiqlSettings()) for _ in range(2)]
    nonces = [re.findall(r'nonce="([^"]+)"', bytes(answer.body).decode()) for answer in answers]
    assert nonces[0] != nonces[1]
    for answer, found in zip(answers, nonces, strict=True):
        assert found == [re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])[0]]


def test_nobody_may_keep_or_frame_or_guess_the_type_of_the_page() -> None:
    answer = page(GraphiqlSettings())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_names_no_other_host_and_has_no_inline_script_or_style() -> None:
    html = html_of(GraphiqlSettings(persons={"sara": NamedPerson("0013542419", "all is well")}))
    assert not re.search(r"https?://|(src|href)=\"//", html)
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert "<style" not in html
    assert " on" not in re.sub(r">[^<]*<", "><", html)


def test_the_settings_reach_the_page_whole() -> None:
    settings = GraphiqlSettings(
        endpoint="/api/graphql",
        files="/api/graphiql",
        persons={"sara": NamedPerson("0013542419", "همه چیز خوب است")},
        callers=["citizen:sara"],
        tokens="/api/sandbox/token",
        issuer="http://127.0.0.1:1/oauth2/token",
        examples=EXAMPLES[:1],
    )
    html = html_of(settings)
    told = told_in(html)
    assert told["endpoint"] == "/api/graphql"
    assert told["persons"] == [{"name": "sara", "code": "0013542419", "about": "همه چیز خوب است"}]
    assert told["callers"] == ["citizen:sara"]
    assert told["tokens"] == "/api/sandbox/token"
    assert told["issuer"] == "http://127.0.0.1:1/oauth2/token"
    assert len(re.findall(r'(?:src|href)="/api/graphiql/[0-9a-f]+/graphiql\.(?:js|css)"', html)) == 2


def test_no_text_of_the_settings_can_leave_its_script_element() -> None:
    about = '</script><script>alert("x")</script><!-- & \u2028'
    html = html_of(GraphiqlSettings(persons={"sara": NamedPerson("0013542419", about)}, examples=()))
    assert html.count("</script>") == 2
    assert told_in(html)["persons"] == [{"name": "sara", "code": "0013542419", "about": about}]


def test_without_a_sandbox_the_page_tells_of_no_person_and_no_caller() -> None:
    told = told_in(html_of(GraphiqlSettings()))
    assert told["persons"] == told["callers"] == []


def test_printing_the_settings_shows_no_code() -> None:
    shown = repr(GraphiqlSettings(persons={"sara": NamedPerson("0013542419", "x")}))
    assert "0013542419" not in shown


@pytest.fixture
async def browser_side() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=static_routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.mark.parametrize(("name", "media_type"), [("graphiql.js", "text/javascript"), ("graphiql.css", "text/css")])
async def test_a_file_of_the_page_has_its_type_and_may_be_kept_for_good(
    browser_side: httpx.AsyncClient, name: str, media_type: str
) -> None:
    found = re.search(rf'"(/graphiql/[0-9a-f]+/{re.escape(name)})"', html_of(GraphiqlSettings()))
    assert found
    answer = await browser_side.get(found[1])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = await browser_side.get(found[1], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await browser_side.head(found[1])).headers["content-length"] == str(len(answer.content))


async def test_a_file_is_not_served_under_the_address_of_another_content(browser_side: httpx.AsyncClient) -> None:
    assert (await browser_side.get("/graphiql/00000000000000000000/graphiql.js")).status_code == 404
    assert (await browser_side.get("/graphiql/../graphiql/page.py")).status_code == 404


async def test_the_licences_of_what_we_ship_can_be_read(browser_side: httpx.AsyncClient) -> None:
    answer = await browser_side.get("/graphiql/LICENSES.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "graphiql 4.1.2 (MIT)" in answer.text
    assert "GPL" not in answer.text
