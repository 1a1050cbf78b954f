"""/verify, in a real Chromium with and without JavaScript, and over plain HTTP."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from gateway.http.certificates.published import Published
from gateway.http.certificates.verify_page import VerifyPage, address_of
from gateway.http.front import Front
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.handed_out import HandedOut
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.recorder import NotRecorded
from tests.browsing import tab
from tests.certificates.counter import Counter, counter
from tests.requests.fakes import KEYRING
from tests.resolvers.conftest import SARA, World

NATIONAL_CODE = "۰۰۱۳۵۴۲۴۱۹"


@dataclass
class Recorded:
    """A record of the test's own; `away`, it takes nothing."""

    events: list[ReleaseEvent] = field(default_factory=list)
    away: bool = False

    async def record(self, event: ReleaseEvent) -> None:
        if self.away:
            raise NotRecorded("away")
        self.events.append(event)


@dataclass
class Open:
    url: str
    here: Counter
    recorded: Recorded


@asynccontextmanager
async def listening(here: Counter, recorded: Recorded) -> AsyncIterator[str]:
    page = VerifyPage(here.desk, here.clock, HandedOut(recorded, Pseudonyms(KEYRING), here.clock))
    published = Published(here.desk)
    app = Starlette(
        routes=[
            Route("/verify", page.answer, methods=["GET", "POST"]),
            Route("/certificates/jwks.json", published.keys),
            Route("/certificates/status/{number:int}", published.list),
            Route("/certificates/verifier.html", published.page),
        ],
        middleware=[
            Middleware(Front, clock=here.clock),
        ],
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@pytest.fixture
async def opened(tmp_path: Path, world: World) -> AsyncIterator[Open]:
    recorded = Recorded()
    async with counter(tmp_path, world) as here, listening(here, recorded) as url:
        yield Open(url, here, recorded)


async def send(page: Page, serial: str, passcode: str) -> None:
    await page.locator("#serial").fill(serial)
    await page.locator("#passcode").fill(passcode)
    await page.locator("button").click()


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_certificate_is_shown_to_whoever_has_both_and_to_nobody_before(
    opened: Open, tmp_path: Path, javascript: bool
) -> None:
    certificate = await opened.here.issued(purpose="وام")
    made = await opened.here.passcode(certificate, uses=2)
    async with tab(tmp_path, javascript=javascript) as browser:
        page = browser.page
        await page.goto(f"{opened.url}/verify")
        await expect(page.get_by_role("heading", name="بررسی گواهی")).to_be_visible()
        assert await page.locator("html").get_attribute("dir") == "rtl"
        await send(page, certificate.serial, "2222222222")
        await expect(page.get_by_role("alert")).to_contain_text("با این شناسه و رمز گواهی‌ای نیست")
        assert NATIONAL_CODE not in await page.content()
        assert "صادقی" not in await page.content()
        await send(page, certificate.serial.lower(), made.passcode.lower())
        await expect(page.get_by_role("heading", name="این گواهی درست است")).to_be_visible()
        for said in ("گواهی ارتباط بیمه‌ای", "صادقی", NATIONAL_CODE, "فعال است", certificate.digest, "وام"):
            assert said in await page.locator("main").inner_text(), said
        await page.get_by_role("link", name="بررسی گواهی دیگر").click()
        await page.get_by_role("link", name="English").click()
        await send(page, certificate.serial, made.passcode)
        await expect(page.get_by_role("heading", name="This certificate is good")).to_be_visible()
        assert await page.locator("html").get_attribute("lang") == "en"
        assert {httpx.URL(url).host for url in browser.requests} == {"127.0.0.1"}
        assert [text for text in browser.complaints if "403" not in text] == []
    seen = await opened.here.seen(certificate)
    assert seen.passcodes[0].uses_left == 0
    assert [one.reader.en for one in seen.redemptions] == ["the public page for verifying certificates"] * 2
    assert [event.who.kind for event in opened.recorded.events] == ["PUBLIC", "PUBLIC"]
    assert opened.recorded.events[0].persons == (Pseudonyms(KEYRING).person(SARA),)


async def test_nothing_keeps_anybody_from_using_any_state_of_the_page(opened: Open, tmp_path: Path) -> None:
    certificate = await opened.here.issued()
    made = await opened.here.passcode(certificate, uses=5)
    async with tab(tmp_path) as browser:
        await browser.page.goto(f"{opened.url}/verify?lang=en")
        await audit(browser.page)
        await browser.page.goto(f"{opened.url}/verify")
        await send(browser.page, certificate.serial, "2222222222")
        await audit(browser.page)
        await send(browser.page, certificate.serial, made.passcode)
        await expect(browser.page.locator("h2.good")).to_be_visible()
        await audit(browser.page)


async def audit(page: Page) -> None:
    """The page's policy forbids scripts, which keeps axe out too: the same document without the policy."""
    content = await page.content()
    copy = await page.context.new_page()
    await copy.set_content(content)
    found = await Axe().run(copy)
    await copy.close()
    assert found.violations_count == 0, found.generate_report()


async def test_over_plain_http_it_says_no_more_than_it_must(opened: Open) -> None:
    certificate = await opened.here.issued()
    made = await opened.here.passcode(certificate, uses=3)
    async with httpx.AsyncClient(base_url=opened.url, trust_env=False) as client:
        form = {"serial": certificate.serial, "passcode": made.passcode}
        unknown = await client.post("/verify", data={"serial": "2" * 16, "passcode": "3" * 10})
        wrong = await client.post("/verify", data=form | {"passcode": "3" * 10})
        hostile = await client.post("/verify", data={"serial": '"><script>alert(1)</script>', "passcode": "x"})
        huge = await client.post("/verify", content=b"serial=" + b"a" * 5_000)
        good = await client.post("/verify", data=form)
        assert (unknown.status_code, wrong.status_code, hostile.status_code, huge.status_code) == (403, 403, 403, 413)
        assert re.sub(r'value="[^"]*"', "", unknown.text) == re.sub(r'value="[^"]*"', "", wrong.text)
        assert "<script" not in hostile.text
        assert good.status_code == 200
        for answer in (unknown, wrong, good):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
            assert "set-cookie" not in answer.headers
        opened.recorded.away = True
        unrecorded = await client.post("/verify", data=form)
        assert unrecorded.status_code == 503
        assert "صادقی" not in unrecorded.text, "what is not on record is not shown"


async def test_guessing_closes_the_page_for_a_while_and_it_says_for_how_long(opened: Open) -> None:
    certificate = await opened.here.issued()
    async with httpx.AsyncClient(base_url=opened.url, trust_env=False) as client:
        wrong = {"serial": certificate.serial, "passcode": "3" * 10}
        statuses = [(await client.post("/verify", data=wrong)).status_code for _ in range(6)]
        assert statuses == [403] * 5 + [429]
        closed = await client.post("/verify", data=wrong)
        assert closed.headers["retry-after"] == "900"
        assert "۱۵ دقیقه" in closed.text


async def test_keys_lists_and_the_page_that_verifies_offline_are_there_for_all(opened: Open) -> None:
    certificate = await opened.here.issued()
    async with httpx.AsyncClient(base_url=opened.url, trust_env=False) as client:
        keys = await client.get("/certificates/jwks.json")
        assert keys.json() == opened.here.desk.issuer.published()
        assert "max-age" in keys.headers["cache-control"]
        listed = await client.get("/certificates/status/1")
        assert listed.headers["content-type"] == "application/statuslist+jwt"
        assert listed.headers["cache-control"] == "public, max-age=3600"
        assert (await client.get("/certificates/status/2")).status_code == 404
        page = await client.get("/certificates/verifier.html")
        assert listed.text.split(".")[0] in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert certificate.serial not in page.text, "the list says nothing of anybody"


def test_an_ipv6_subscriber_is_one_caller_however_many_addresses_they_have() -> None:
    def of(host: str) -> str:
        return address_of(Request({"type": "http", "client": (host, 1), "headers": []}))

    assert of("2001:db8::1") == of("2001:db8::ffff:2") != of("2001:db8:0:1::1")
    assert of("192.0.2.1") != of("192.0.2.2")
